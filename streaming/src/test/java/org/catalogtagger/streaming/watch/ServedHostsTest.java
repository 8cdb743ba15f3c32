package org.catalogtagger.streaming.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServedHostsTest {
    @Test
    void onLoopbackOnlyNamesOfLoopbackAreServed() {
        ServedHosts hosts = new ServedHosts("127.0.0.1", List.of());
        assertThat(List.of("localhost", "127.0.0.1:8765", "[::1]", "Localhost:1"))
                .allMatch(hosts::serve);
        assertThat(List.of("machine", "192.168.1.2", "localhost.", "a.localhost", "evil.org", "127.0.0.1@evil.org", ""))
                .noneMatch(hosts::serve);
    }

    @Test
    void forAllWhoReachTheMachineAddressesAndItsOwnNamesAreServed() throws Exception {
        ServedHosts hosts = new ServedHosts("0.0.0.0", List.of());
        assertThat(List.of("localhost", "192.168.1.2:8765", "[fe80::1]", "watch", "watch:8765"))
                .allMatch(hosts::serve);
        assertThat(hosts.serve(InetAddress.getLocalHost().getHostName())).isTrue();
        assertThat(List.of("evil.org", "192.168.1.2.evil.org", "1.2.3.4.5", "a b", "[evil.org]"))
                .noneMatch(hosts::serve);
    }

    @Test
    void theNameThatItIsServedByIsServed() {
        assertThat(new ServedHosts("Watch.Example.com", List.of()).serve("watch.example.com:8765"))
                .isTrue();
    }

    @Test
    void theNamesThatAProxyIsAskedByAreServed() {
        ServedHosts hosts = new ServedHosts("0.0.0.0", List.of("Tags.Example.com"));
        assertThat(hosts.serve("tags.example.com")).isTrue();
        assertThat(List.of("example.com", "x.tags.example.com")).noneMatch(hosts::serve);
    }
}
