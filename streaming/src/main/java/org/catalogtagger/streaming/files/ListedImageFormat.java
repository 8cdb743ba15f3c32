package org.catalogtagger.streaming.files;

import com.fasterxml.jackson.databind.MappingIterator;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.reader.SimpleStreamFormat;
import org.apache.flink.core.fs.FSDataInputStream;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.events.InputRecord;
import org.jspecify.annotations.Nullable;

/** Reads the files of an {@link ImageListing}. */
final class ListedImageFormat extends SimpleStreamFormat<InputRecord> {
    private static final long serialVersionUID = 1;

    @Override
    public Reader<InputRecord> createReader(Configuration config, FSDataInputStream stream) throws IOException {
        MappingIterator<ListedImage> images =
                Json.MAPPER.readerFor(ListedImage.class).readValues(stream);
        return new Reader<>() {
            @Override
            public @Nullable InputRecord read() throws IOException {
                return images.hasNextValue() ? images.nextValue().event() : null;
            }

            @Override
            public void close() throws IOException {
                images.close();
            }
        };
    }

    @Override
    public TypeInformation<InputRecord> getProducedType() {
        return TypeInformation.of(InputRecord.class);
    }
}
