package org.catalogtagger.streaming.classify;

import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.runtime.operators.coordination.OperatorEventDispatcher;
import org.apache.flink.streaming.api.operators.CoordinatedOperatorFactory;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperatorFactory;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.events.TaggedImage;

/** Puts a {@link ClassifyOperator} into each subtask, and one {@link ClassifyCoordinator} over them. */
public final class ClassifyOperatorFactory extends SimpleOperatorFactory<TaggedImage>
        implements TwoInputStreamOperatorFactory<IncomingImage, ModelRelease, TaggedImage>,
                CoordinatedOperatorFactory<TaggedImage> {
    private static final long serialVersionUID = 1;

    public ClassifyOperatorFactory(ClassifyOperator operator) {
        super(operator);
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Flink's signature
    public <T extends StreamOperator<TaggedImage>> T createStreamOperator(
            StreamOperatorParameters<TaggedImage> parameters) {
        OperatorID id = parameters.getStreamConfig().getOperatorID();
        OperatorEventDispatcher events = parameters.getOperatorEventDispatcher();
        ClassifyOperator operator = (ClassifyOperator) getOperator();
        operator.connect(events.getOperatorEventGateway(id)::sendEventToCoordinator);
        events.registerEventHandler(id, operator);
        return super.createStreamOperator(parameters);
    }

    @Override
    public OperatorCoordinator.Provider getCoordinatorProvider(String operatorName, OperatorID operatorId) {
        return new ClassifyCoordinator.Provider(operatorId, ((ClassifyOperator) getOperator()).audit());
    }
}
