package aifactory.node.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.node.environment.NodeProblemException;
import aifactory.node.testing.DeadAddress;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LocalAddressTest {
    private static final URI LOOPBACK = URI.create("http://127.0.0.1:8001");

    @Test
    void aServiceOnLoopbackIsReachedFromLoopback() throws Exception {
        assertThat(find(List.of(LOOPBACK), null, null)).hasToString("/127.0.0.1");
        assertThat(find(List.of(URI.create("http://127.7.7.7:8001")), null, null))
                .hasToString("/127.0.0.1");
    }

    @Test
    void theAddressOnTheRouteIsOneOfThisNode() throws Exception {
        InetAddress own = ownAddress();

        InetAddress found = find(List.of(URI.create("http://" + own.getHostAddress() + ":8001")), null, null);

        assertThat(NetworkInterface.getByInetAddress(found)).isNotNull();
        assertThat(found.isLoopbackAddress()).isEqualTo(own.isLoopbackAddress());
    }

    @Test
    void ofSeveralServiceAddressesOneThatDoesNotResolveIsPassedOver() throws Exception {
        List<URI> services = List.of(URI.create("http://no-such-name.invalid:8001"), DeadAddress.find(), LOOPBACK);

        assertThat(find(services, null, null)).hasToString("/127.0.0.1");
    }

    @Test
    void aServiceThatNobodyKnowsIsRefusedByName() {
        assertThatThrownBy(() -> find(List.of(URI.create("http://no-such-name.invalid:8001")), null, null))
                .isInstanceOf(NodeProblemException.class)
                .hasMessageContaining("http://no-such-name.invalid:8001");
    }

    @Test
    void anInterfaceOrAValueOverridesTheRoute() throws Exception {
        NetworkInterface loopback = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());

        assertThat(find(List.of(LOOPBACK), loopback.getName(), null).isLoopbackAddress())
                .isTrue();
        assertThat(find(List.of(LOOPBACK), null, "127.0.0.1")).hasToString("/127.0.0.1");
    }

    @Test
    void anInterfaceOrAValueThatIsNotThisNodesIsRefusedWithWhatThereIs() {
        assertThatThrownBy(() -> find(List.of(LOOPBACK), "ib77", null))
                .isInstanceOf(NodeProblemException.class)
                .hasMessageContaining("'ib77'")
                .hasMessageContaining("this node, which has");
        assertThatThrownBy(() -> find(List.of(LOOPBACK), null, "192.0.2.1"))
                .isInstanceOf(NodeProblemException.class)
                .hasMessageContaining("'192.0.2.1'");
    }

    private static InetAddress find(List<URI> services, @Nullable String interfaceName, @Nullable String value)
            throws NodeProblemException, InterruptedException {
        return LocalAddress.find(services, interfaceName, value, Duration.ofSeconds(5));
    }

    private static InetAddress ownAddress() throws Exception {
        for (String named : LocalInterfaces.all()) {
            InetAddress address = InetAddress.ofLiteral(named.substring(named.indexOf('=') + 1));
            if (address.getAddress().length == 4) {
                return address;
            }
        }
        return InetAddress.getLoopbackAddress();
    }
}
