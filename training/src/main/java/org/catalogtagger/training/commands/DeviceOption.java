package org.catalogtagger.training.commands;

import ai.djl.Device;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.network.PyTorch;
import picocli.CommandLine.Option;

/** The option {@code --device} of commands that train. */
public final class DeviceOption {
    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "auto",
            description = "auto (the default: a GPU if PyTorch sees one), cpu, or gpu:N.")
    private String name;

    /** The device, which is there. */
    Device device() {
        try {
            return PyTorch.device(name);
        } catch (IllegalArgumentException e) {
            throw new CommandException("--device: " + e.getMessage(), e);
        }
    }
}
