package aifactory.commandline.composition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.commandline.failure.CommandFailure;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The listen addresses of a service and the address given to its clients. */
final class ServiceAddressesTest {
    private static ServiceAddresses onNodes(@Nullable String host, @Nullable String given, boolean encrypted) {
        return ServiceAddresses.of(host, given, 8001, encrypted, true);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, login-node-01, false, 0.0.0.0, http://login-node-01:8001",
                "-, login-node-01, true, 0.0.0.0, https://login-node-01:8001",
                "-, login-node-01:9000, true, 0.0.0.0, https://login-node-01:9000",
                "-, 10.1.2.3, true, 0.0.0.0, https://10.1.2.3:8001",
                "-, fd00::17, true, 0.0.0.0, https://[fd00::17]:8001",
                "-, [fd00::17], false, 0.0.0.0, http://[fd00::17]:8001",
                "-, https://login1:443, true, 0.0.0.0, https://login1:443",
                "-, https://proxy:443, false, 0.0.0.0, https://proxy:443",
                "-, http://login1:8001, false, 0.0.0.0, http://login1:8001",
                "0.0.0.0, login-node-01, true, 0.0.0.0, https://login-node-01:8001",
                "10.1.2.3, login-node-01, false, 10.1.2.3, http://login-node-01:8001",
                "10.1.2.3, -, true, 10.1.2.3, -"
            })
    void clientsAreToldTheHostThatWasGivenWithTheSchemeThatIsServed(
            @Nullable String host,
            @Nullable String given,
            boolean encrypted,
            String listening,
            @Nullable String advertised) {
        assertThat(onNodes(host, given, encrypted))
                .isEqualTo(new ServiceAddresses(listening, advertised == null ? null : URI.create(advertised)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withoutOneItIsThisMachinesNameWithTheSchemeThatIsServed(boolean encrypted) {
        for (String everywhere : new String[] {"0.0.0.0", "::", "[::]"}) {
            URI advertised = onNodes(everywhere, null, encrypted).advertised();
            assertThat(advertised).hasScheme(encrypted ? "https" : "http").hasPort(8001);
        }
        assertThat(onNodes(null, "0.0.0.0", encrypted).host()).isEqualTo("0.0.0.0");
        assertThat(onNodes(null, "0.0.0.0", encrypted).advertised()).hasScheme(encrypted ? "https" : "http");
    }

    @Test
    void anAddressWithoutTlsIsRefusedWhereTlsIsServed() {
        assertThatThrownBy(() -> onNodes(null, "http://login1:8001", true))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("http://login1:8001")
                .hasMessageContaining("expected https://");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "", "http://", "login1/path", "ftp://login1", "user:key@login1", "login1:99999"})
    void whatIsNoHostIsNamed(String given) {
        assertThatThrownBy(() -> onNodes(null, given, false))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("CLIENT_SERVICE_HOST")
                .hasMessageContaining("expected a host");
    }

    @Test
    void clientsOnThisMachineReachItUnderTheHostThatItListensOn() {
        assertThat(ServiceAddresses.of(null, null, 8001, true, false))
                .isEqualTo(new ServiceAddresses("127.0.0.1", null));
        assertThat(ServiceAddresses.of(null, "127.0.0.1", 8001, false, false))
                .isEqualTo(new ServiceAddresses("127.0.0.1", URI.create("http://127.0.0.1:8001")));
        assertThat(ServiceAddresses.of(null, "https://proxy:443", 8001, false, false))
                .isEqualTo(new ServiceAddresses("127.0.0.1", URI.create("https://proxy:443")));
        assertThat(ServiceAddresses.of(null, "0.0.0.0", 8001, false, false).host())
                .as("as in earlier versions")
                .isEqualTo("0.0.0.0");
        assertThatThrownBy(() -> ServiceAddresses.of(null, "elsewhere.invalid", 8001, false, false))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("elsewhere.invalid")
                .hasMessageContaining("expected an address of this machine");
    }
}
