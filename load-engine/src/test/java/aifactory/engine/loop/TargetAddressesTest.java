package aifactory.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Names whose addresses change. */
class TargetAddressesTest {
    private final Map<String, List<String>> known = new ConcurrentHashMap<>();

    private InetAddress[] lookUp(String host) throws UnknownHostException {
        List<String> addresses = known.get(host);
        if (addresses == null) {
            throw new UnknownHostException(host);
        }
        return addresses.stream().map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
    }

    private TargetAddresses addresses(String host) {
        return TargetAddresses.of(this::lookUp, host, 8000);
    }

    private static List<String> next(TargetAddresses addresses, int count) {
        return IntStream.range(0, count)
                .mapToObj(_ -> String.valueOf(addresses.next()).replaceFirst("^.*/", ""))
                .toList();
    }

    @Test
    void connectionsGoToTheAddressesOfANameInTurn() {
        known.put("replicas", List.of("10.0.0.1", "10.0.0.2"));
        TargetAddresses addresses = addresses("replicas");
        assertThat(addresses.isName()).isTrue();
        assertThat(next(addresses, 4))
                .containsExactly("10.0.0.1:8000", "10.0.0.2:8000", "10.0.0.1:8000", "10.0.0.2:8000");
        assertThat(addresses.described(new InetSocketAddress(InetAddress.ofLiteral("10.0.0.2"), 8000)))
                .isEqualTo("10.0.0.2:8000");
    }

    @Test
    void aNameThatHasMovedIsFoundWhereItIsNow() {
        known.put("server", List.of("10.0.0.1"));
        TargetAddresses addresses = addresses("server");
        assertThat(next(addresses, 1)).containsExactly("10.0.0.1:8000");
        known.put("server", List.of("10.0.0.7", "10.0.0.8"));
        assertThat(next(addresses, 1)).as("before it is looked up again").containsExactly("10.0.0.1:8000");
        addresses.lookUpAgain();
        assertThat(next(addresses, 4)).containsOnly("10.0.0.7:8000", "10.0.0.8:8000");
    }

    @Test
    void aNameServiceThatIsAwayTakesNoAddress() {
        known.put("server", List.of("10.0.0.1"));
        TargetAddresses addresses = addresses("server");
        known.clear();
        addresses.lookUpAgain();
        assertThat(next(addresses, 2)).containsOnly("10.0.0.1:8000");
    }

    @Test
    void aNameThatBecomesKnownLaterHasAddressesThen() {
        TargetAddresses addresses = addresses("late");
        assertThat(addresses.isKnown()).isFalse();
        assertThat(addresses.next()).isNull();
        known.put("late", List.of("10.0.0.3"));
        addresses.lookUpAgain();
        assertThat(addresses.isKnown()).isTrue();
        assertThat(next(addresses, 1)).containsExactly("10.0.0.3:8000");
    }

    @Test
    void onlyAddressesOfTheKindOfTheFirstAreUsed() {
        known.put("both", List.of("fd00::1", "10.0.0.1", "fd00::2"));
        assertThat(next(addresses("both"), 4)).allMatch(address -> address.startsWith("[fd00:"));
    }

    @Test
    void anAddressIsNoName() {
        known.put("10.0.0.9", List.of("10.0.0.9"));
        known.put("fd00::9", List.of("fd00::9"));
        for (String literal : known.keySet()) {
            TargetAddresses addresses = addresses(literal);
            assertThat(addresses.isName()).isFalse();
            assertThat(addresses.described(new InetSocketAddress(InetAddress.ofLiteral(literal), 8000)))
                    .isNull();
        }
    }
}
