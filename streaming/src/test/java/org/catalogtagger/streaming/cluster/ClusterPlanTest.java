package org.catalogtagger.streaming.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.streaming.cluster.Member.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which processes a cluster has, and their ports. */
class ClusterPlanTest {
    private static final Map<Kind, Integer> COUNTS =
            Map.of(Kind.ZOOKEEPER, 1, Kind.BROKER, 3, Kind.JOBMANAGER, 2, Kind.TASKMANAGER, 2);

    @TempDir
    private Path folder;

    @Test
    void noTwoListenAtOnePort() throws Exception {
        ClusterPlan plan = ClusterPlan.of(COUNTS).withTaskManagers(5);
        assertThat(plan.members().stream().flatMap(member -> member.ports().stream()))
                .doesNotHaveDuplicates()
                .hasSize(1 + 3 * 2 + 2 * 3 + 5);
    }

    @Test
    void leavesPortsThatAreTakenToTheirServers() throws Exception {
        int first = ClusterPlan.of(COUNTS).member(Kind.BROKER, 1).ports().get(0);
        try (ServerSocket taken = new ServerSocket(first, 1, InetAddress.getLoopbackAddress())) {
            assertThat(ClusterPlan.of(COUNTS).members().stream().flatMap(member -> member.ports().stream()))
                    .doesNotContain(taken.getLocalPort());
        }
    }

    @Test
    void comesUpAgainAsItWas() throws Exception {
        assertThat(ClusterPlan.read(folder)).isEmpty();
        ClusterPlan plan = ClusterPlan.of(COUNTS);
        plan.write(folder);
        assertThat(ClusterPlan.read(folder)).contains(plan);
    }

    @Test
    void saysHowManyThereAreOfAKind() throws Exception {
        assertThatThrownBy(() -> ClusterPlan.of(COUNTS).member(Kind.BROKER, 4))
                .isInstanceOf(CommandException.class)
                .hasMessage("there is no broker 4, but 3 of them");
    }
}
