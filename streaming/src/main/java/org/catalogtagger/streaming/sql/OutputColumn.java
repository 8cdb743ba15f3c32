package org.catalogtagger.streaming.sql;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.catalogtagger.model.Prediction;
import org.jspecify.annotations.Nullable;

/** What a model's output may consist of; a user declares those that are wanted, in any order. */
enum OutputColumn {
    /** The best label; null if the image cannot be decoded, or the model fails on it. */
    LABEL(LogicalTypeRoot.VARCHAR, "STRING") {
        @Override
        Object of(Prediction prediction, String modelVersion) {
            return StringData.fromString(prediction.label());
        }
    },
    /** Its probability, 0 to 1; likewise. */
    CONFIDENCE(LogicalTypeRoot.DOUBLE, "DOUBLE") {
        @Override
        Object of(Prediction prediction, String modelVersion) {
            return (double) prediction.probability(prediction.best());
        }
    },
    /** The version of the model. */
    MODEL_VERSION(LogicalTypeRoot.VARCHAR, "STRING") {
        @Override
        Object of(Prediction prediction, String modelVersion) {
            return StringData.fromString(modelVersion);
        }
    },
    /** Why the image has no label, else null. */
    ERROR(LogicalTypeRoot.VARCHAR, "STRING") {
        @Override
        @Nullable
        Object of(Prediction prediction, String modelVersion) {
            return null;
        }
    };

    private final LogicalTypeRoot type;
    private final String sqlType;

    OutputColumn(LogicalTypeRoot type, String sqlType) {
        this.type = type;
        this.sqlType = sqlType;
    }

    /** The value for an image that was classified, as Flink's tables hold it. */
    abstract @Nullable Object of(Prediction prediction, String modelVersion);

    /** The columns of a model's output, in their order. */
    static List<OutputColumn> of(ResolvedSchema output) {
        return output.getColumns().stream().map(OutputColumn::of).toList();
    }

    /** Makes sure that a model's input is one column of bytes. */
    static void requireOneImage(ResolvedSchema input) {
        List<Column> columns = input.getColumns();
        if (columns.size() != 1
                || !columns.get(0).getDataType().getLogicalType().is(LogicalTypeFamily.BINARY_STRING)) {
            throw new ValidationException(
                    "a model of the provider djl has the INPUT (image BYTES), not " + input.toPhysicalRowDataType());
        }
    }

    private static OutputColumn of(Column column) {
        Optional<OutputColumn> known = Arrays.stream(values())
                .filter(output -> output.sqlName().equalsIgnoreCase(column.getName()))
                .findFirst();
        if (known.isEmpty()) {
            throw new ValidationException("OUTPUT column %s: a model of the provider djl has only %s"
                    .formatted(
                            column.getName(),
                            String.join(
                                    ", ",
                                    Arrays.stream(values())
                                            .map(output -> output.sqlName() + " " + output.sqlType)
                                            .toList())));
        }
        if (!column.getDataType().getLogicalType().is(known.get().type)) {
            throw new ValidationException("OUTPUT column %s is %s, not %s"
                    .formatted(column.getName(), known.get().sqlType, column.getDataType()));
        }
        return known.get();
    }

    private String sqlName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
