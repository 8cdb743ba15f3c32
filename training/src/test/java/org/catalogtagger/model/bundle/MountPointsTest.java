package org.catalogtagger.model.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

class MountPointsTest {
    @Test
    void aLineNamesThePlaceWithItsSpaces() {
        assertThat(
                        MountPoints.placeIn(
                                "36 35 98:0 /mnt1 /my\\040models\\134x rw,noatime master:1 - ext3 /dev/root rw,errors=continue"))
                .isEqualTo("/my models\\x");
        assertThat(MountPoints.placeIn("")).isEmpty();
    }

    static boolean isLinux() {
        return Files.isReadable(Path.of("/proc/self/mountinfo"));
    }

    /** A volume of a container, say: hours later its name could not be given to another directory. */
    @Test
    @EnabledIf("isLinux")
    void nothingTakesThePlaceOfAMountedFileSystem(@TempDir Path folder) throws IOException {
        assertThat(MountPoints.has(folder)).isFalse();
        assertThat(MountPoints.has(Path.of("/proc"))).isTrue();
        if (Files.isWritable(Path.of("/"))) {
            assertThatThrownBy(() -> AtomicDirectory.requireWritable(Path.of("/proc")))
                    .hasMessageContaining("a file system is mounted there");
        }
    }
}
