package org.catalogtagger.streaming.ml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.api.internal.TableImpl;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.runtime.typeutils.ExternalTypeInfo;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;

/** The rows of the one table that a stage is given, to which the stage adds columns. */
record TableRows(StreamTableEnvironment environment, Table table) {
    static TableRows of(Table... inputs) {
        if (inputs.length != 1) {
            throw new IllegalArgumentException("a stage of Catalog Tagger takes one table, not " + inputs.length);
        }
        // As Flink ML's own stages find it.
        return new TableRows((StreamTableEnvironment) ((TableImpl) inputs[0]).getTableEnvironment(), inputs[0]);
    }

    DataStream<Row> stream() {
        return environment.toDataStream(table);
    }

    /** Where a column is. */
    int indexOf(String column) {
        List<String> names = table.getResolvedSchema().getColumnNames();
        int index = names.indexOf(column);
        if (index < 0) {
            throw new IllegalArgumentException("no column %s in %s".formatted(column, names));
        }
        return index;
    }

    /** A table of rows that have columns more at their end. */
    Table[] withColumns(SingleOutputStreamOperator<Row> rows, DataTypes.Field... more) {
        List<DataTypes.Field> fields = new ArrayList<>();
        for (Column column : table.getResolvedSchema().getColumns()) {
            fields.add(DataTypes.FIELD(column.getName(), column.getDataType()));
        }
        fields.addAll(Arrays.asList(more));
        rows.returns(ExternalTypeInfo.of(DataTypes.ROW(fields).notNull()));
        return new Table[] {environment.fromDataStream(rows)};
    }

    /** A row with values more at its end. */
    static Row append(Row row, @Nullable Object... values) {
        Row longer = new Row(row.getKind(), row.getArity() + values.length);
        for (int i = 0; i < row.getArity(); i++) {
            longer.setField(i, row.getField(i));
        }
        for (int i = 0; i < values.length; i++) {
            longer.setField(row.getArity() + i, values[i]);
        }
        return longer;
    }
}
