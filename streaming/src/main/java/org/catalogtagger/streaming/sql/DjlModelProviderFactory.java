package org.catalogtagger.streaming.sql;

import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.catalog.ResolvedCatalogModel;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.factories.ModelProviderFactory;
import org.apache.flink.table.functions.AsyncPredictFunction;
import org.apache.flink.table.ml.AsyncPredictRuntimeProvider;
import org.apache.flink.table.ml.ModelProvider;

/**
 * Flink SQL's model provider {@code djl}:
 *
 * <pre>{@code
 * CREATE MODEL tagger INPUT (image BYTES) OUTPUT (label STRING, confidence DOUBLE)
 * WITH ('provider' = 'djl', 'bundle' = 'my-model');
 *
 * SELECT product_id, label FROM ML_PREDICT(TABLE product_images, MODEL tagger, DESCRIPTOR(image));
 * }</pre>
 *
 * <p>The input is one column of encoded images; for the output see {@link OutputColumn}.
 */
public final class DjlModelProviderFactory implements ModelProviderFactory {
    /** The bundle's directory, as each TaskManager sees it, or its URI. */
    static final ConfigOption<String> BUNDLE = ConfigOptions.key("bundle")
            .stringType()
            .noDefaultValue()
            .withDescription("The directory of the model bundle, as each TaskManager sees it, or its URI.");

    /** Images in one forward pass at most. */
    static final ConfigOption<Integer> MAX_BATCH = ConfigOptions.key("max-batch")
            .intType()
            .defaultValue(256)
            .withDescription("Images in one forward pass at most.");

    @Override
    public String factoryIdentifier() {
        return "djl";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(BUNDLE);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of(MAX_BATCH);
    }

    /**
     * The provider of a model that a user has created.
     *
     * @throws org.apache.flink.table.api.ValidationException if an option or a column is none that it can serve
     */
    @Override
    public ModelProvider createModelProvider(ModelProviderFactory.Context context) {
        FactoryUtil.ModelProviderFactoryHelper helper = FactoryUtil.createModelProviderFactoryHelper(this, context);
        helper.validate();
        ReadableConfig options = helper.getOptions();
        ResolvedCatalogModel model = context.getCatalogModel();
        OutputColumn.requireOneImage(model.getResolvedInputSchema());
        return new Provider(new PredictImages(
                options.get(BUNDLE), options.get(MAX_BATCH), OutputColumn.of(model.getResolvedOutputSchema())));
    }

    private record Provider(PredictImages function) implements AsyncPredictRuntimeProvider {
        @Override
        public AsyncPredictFunction createAsyncPredictFunction(ModelProvider.Context context) {
            return function;
        }

        @Override
        public ModelProvider copy() {
            return this;
        }
    }
}
