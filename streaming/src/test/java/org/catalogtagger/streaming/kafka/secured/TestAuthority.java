package org.catalogtagger.streaming.kafka.secured;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A certificate authority: the JDK's keytool makes the certificates of brokers and users, valid for as long as is asked. */
public final class TestAuthority {
    /** Of all keystores. */
    public static final String PASSWORD = "swordfish";

    private static final Duration DAY = Duration.ofDays(1);

    private final Path folder;

    /** Another one each time, be it of the same name. */
    public TestAuthority(Path folder, String name) throws IOException, InterruptedException {
        this.folder = Files.createDirectories(folder);
        List<String> arguments = new ArrayList<>(List.of("-genkeypair", "-alias", "ca", "-dname", "CN=" + name));
        arguments.addAll(List.of("-ext", "bc:c", "-keyalg", "EC", "-validity", "10"));
        keytool(folder.resolve("ca.p12"), arguments);
        keytool(
                folder.resolve("ca.p12"),
                List.of(
                        "-exportcert",
                        "-alias",
                        "ca",
                        "-rfc",
                        "-file",
                        certificate().toString()));
    }

    /** What trusts all that it signs, in PEM. */
    public Path certificate() {
        return folder.resolve("ca.crt");
    }

    /**
     * A keystore (PKCS12) with a key and its certificate, at 127.0.0.1; takes the place of what is there at once.
     *
     * @param left until it expires, a day at most
     */
    public Path issue(Path keystore, String commonName, Duration left) throws IOException, InterruptedException {
        Path fresh =
                Files.copy(folder.resolve("ca.p12"), folder.resolve("fresh.p12"), StandardCopyOption.REPLACE_EXISTING);
        List<String> arguments = new ArrayList<>(List.of("-genkeypair", "-alias", "own", "-signer", "ca"));
        arguments.addAll(List.of("-dname", "CN=" + commonName, "-ext", "san=ip:127.0.0.1", "-keyalg", "EC"));
        // keytool counts in days, but begins at any second.
        arguments.addAll(List.of(
                "-validity", "1", "-startdate", "-%dS".formatted(DAY.minus(left).toSeconds())));
        keytool(fresh, arguments);
        keytool(fresh, List.of("-delete", "-alias", "ca"));
        return Files.move(fresh, keystore, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void keytool(Path keystore, List<String> arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/keytool", "-J-Xshare:auto"));
        command.addAll(arguments);
        command.addAll(List.of("-keystore", keystore.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("keytool: " + said);
        }
    }
}
