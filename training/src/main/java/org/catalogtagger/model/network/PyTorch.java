package org.catalogtagger.model.network;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.util.Optional;

/** DJL's PyTorch engine, set up the same wherever it is used: in a command, a test or a Flink TaskManager. */
public final class PyTorch {
    private static final String THREADS = "ai.djl.pytorch.num_threads";

    private static final Computations COMPUTATIONS = new Computations();

    private PyTorch() {}

    /**
     * The engine. The first call in a JVM loads the native library (a second or so; some more when it is first
     * unpacked) and fixes the number of threads of one operation to the number of processors, unless the system property
     * {@value #THREADS} says otherwise: left alone, PyTorch takes one thread per physical core, which on a virtual
     * machine is often half of them.
     */
    public static Engine engine() {
        return Holder.ENGINE;
    }

    /** What is computed in this JVM: whoever computes begins one, and the JVM's end ends them. */
    public static Computations computations() {
        return COMPUTATIONS;
    }

    /**
     * Lets the operations that the calling thread starts from now on share the processors with those of others.
     *
     * @param callers threads that start operations at the same time, this one included
     */
    public static void shareProcessors(int callers) {
        engine();
        JniUtils.setNumThreads(Math.max(1, Integer.getInteger(THREADS) / callers));
    }

    /**
     * What the last bits of a sum on the CPU depend on: how many threads share an operation, and by which instructions
     * MKL chooses among its kernels. Where it is the same, the same computation gives the same bits.
     */
    public static String arithmetic() {
        engine();
        String processor;
        try {
            processor = MklKernels.instructions(MklKernels.readProcessors());
        } catch (IOException e) {
            processor = "";
        }
        return "%s threads, %s%s"
                .formatted(
                        System.getProperty(THREADS),
                        processor.isEmpty() ? System.getProperty("os.arch") : processor,
                        MklKernels.areFastest() ? ", MKL's fastest kernels" : "");
    }

    /** A manager that owns memory of the CPU until it is closed. */
    public static NDManager newManager() {
        return newManager(Device.cpu());
    }

    /** A manager that owns memory of a device until it is closed. */
    public static NDManager newManager(Device device) {
        return engine().newBaseManager(device);
    }

    /**
     * A device by its name. Whether there is a GPU is asked of PyTorch, by an array on it: DJL's own count asks CUDA's
     * runtime library, which is there only where the toolkit is installed, and with a driver alone finds none.
     *
     * @param name {@code cpu}, {@code gpu:N} counted from 0, or {@code auto} for the first GPU, if there is one, else the
     *     CPU
     * @throws IllegalArgumentException if it is none of these, or there is no such GPU
     */
    public static Device device(String name) {
        if (name.equals("auto")) {
            return refusal(Device.gpu(0)).isEmpty() ? Device.gpu(0) : Device.cpu();
        }
        if (name.equals("cpu")) {
            return Device.cpu();
        }
        if (!name.matches("gpu:\\d{1,3}")) {
            throw new IllegalArgumentException("no device '%s': it is auto, cpu or gpu:N".formatted(name));
        }
        Device gpu = Device.gpu(Integer.parseInt(name.substring(4)));
        refusal(gpu).ifPresent(why -> {
            throw new IllegalArgumentException(
                    "no device %s: PyTorch says '%s'; is this built with the profile gpu?".formatted(name, why));
        });
        return gpu;
    }

    /** Why PyTorch takes no array on a device, if it takes none. */
    private static Optional<String> refusal(Device device) {
        try (NDManager manager = newManager(device);
                NDArray array = manager.ones(new Shape(1))) {
            return array.getFloat() == 1 ? Optional.empty() : Optional.of("1 is " + array.getFloat());
        } catch (EngineException | IllegalArgumentException e) {
            // Its first sentence; the others guess at what else might be wrong.
            return Optional.of(String.valueOf(e.getMessage()).split("\\.?\\R|\\. ", 2)[0]);
        }
    }

    private static final class Holder {
        static final Engine ENGINE = start();

        private static Engine start() {
            setDefault("OPT_OUT_TRACKING", "true");
            setDefault(THREADS, Integer.toString(Runtime.getRuntime().availableProcessors()));
            MklKernels.useFastest();
            return Engine.getEngine("PyTorch");
        }

        private static void setDefault(String property, String value) {
            if (System.getProperty(property) == null) {
                System.setProperty(property, value);
            }
        }
    }
}
