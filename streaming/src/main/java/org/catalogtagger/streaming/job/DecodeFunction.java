package org.catalogtagger.streaming.job;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.accumulators.LongMinimum;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.catalogtagger.model.ImageDecoder;
import org.catalogtagger.model.ImageLimits;
import org.catalogtagger.model.ImageSize;
import org.catalogtagger.model.UnreadableImageException;

/** Decodes the image of an event, or rejects the event with its reason. */
final class DecodeFunction extends ProcessFunction<ImageEvent, DecodedImage> {
    private static final long serialVersionUID = 1;

    static final OutputTag<Rejection> REJECTED = new OutputTag<>("rejected", TypeInformation.of(Rejection.class));

    private final int width;
    private final int height;
    private final int maxBytes;
    private final long maxPixels;
    private final LongCounter decodeNanos = new LongCounter();
    private final LongMinimum firstEventMillis = new LongMinimum();
    private boolean started;

    private transient ImageDecoder decoder;
    private transient Map<String, Counter> rejected;

    DecodeFunction(ImageSize size, ImageLimits limits) {
        this.width = size.width();
        this.height = size.height();
        this.maxBytes = limits.maxBytes();
        this.maxPixels = limits.maxPixels();
    }

    @Override
    public void open(OpenContext context) {
        decoder = new ImageDecoder(new ImageSize(width, height), new ImageLimits(maxBytes, maxPixels));
        rejected = new HashMap<>();
        getRuntimeContext().addAccumulator(TaggingJob.DECODE_NANOS, decodeNanos);
        getRuntimeContext().addAccumulator(TaggingJob.FIRST_EVENT_MILLIS, firstEventMillis);
    }

    @Override
    public void processElement(ImageEvent event, Context context, Collector<DecodedImage> out) {
        if (!started) {
            started = true;
            firstEventMillis.add(System.currentTimeMillis());
        }
        DecodedImage decoded;
        long start = System.nanoTime();
        try {
            byte[] pixels = decoder.decode(event.value() == null ? new byte[0] : event.value());
            decoded = new DecodedImage(productId(event), pixels, event.headers(), event.timestamp());
        } catch (UnreadableImageException e) {
            reject(event, e.reason().code(), String.valueOf(e.getMessage()), context);
            return;
        } catch (UnusableKeyException e) {
            reject(event, "unusable-key", String.valueOf(e.getMessage()), context);
            return;
        } finally {
            decodeNanos.add(System.nanoTime() - start);
        }
        out.collect(decoded);
    }

    private void reject(ImageEvent event, String reason, String detail, Context context) {
        rejected.computeIfAbsent(reason, this::newCounter).inc();
        context.output(REJECTED, new Rejection(event, reason, detail, System.currentTimeMillis()));
    }

    private Counter newCounter(String reason) {
        return getRuntimeContext().getMetricGroup().addGroup("reason", reason).counter("rejected");
    }

    private static String productId(ImageEvent event) throws UnusableKeyException {
        byte[] key = event.key();
        if (key == null || key.length == 0) {
            throw new UnusableKeyException("no key; it must be the product id");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UnusableKeyException("the key is not UTF-8; it must be the product id");
        }
    }

    private static final class UnusableKeyException extends Exception {
        private static final long serialVersionUID = 1;

        UnusableKeyException(String message) {
            super(message);
        }
    }
}
