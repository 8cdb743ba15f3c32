package org.catalogtagger.streaming.lease;

import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.runtime.operators.coordination.OperatorEventGateway;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.CoordinatedOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Takes in and emits nothing. It is in the job for its coordinator, which Flink runs for an operator only, and to tell that
 * one of a good end: Flink disposes of coordinators in the same way whether a job is over or goes on elsewhere.
 */
final class LeaseOperator<T> extends AbstractStreamOperator<Void> implements OneInputStreamOperator<T, Void> {
    private static final long serialVersionUID = 1;

    private final transient OperatorEventGateway coordinator;

    private LeaseOperator(StreamOperatorParameters<Void> parameters) {
        super(parameters);
        coordinator = parameters.getOperatorEventDispatcher().getOperatorEventGateway(getOperatorID());
    }

    @Override
    public void processElement(StreamRecord<T> element) {}

    /** After the last checkpoint, be it a savepoint that the job was stopped with, or when the task fails or is cancelled. */
    @Override
    public void close() throws Exception {
        super.close();
        if (!getContainingTask().isCanceled() && !getContainingTask().isFailing()) {
            coordinator.sendEventToCoordinator(new LeaseCoordinator.Ended());
        }
    }

    /** Puts it into the job, and a {@link LeaseCoordinator} into the JobManager. */
    static final class Factory<T> extends AbstractStreamOperatorFactory<Void>
            implements OneInputStreamOperatorFactory<T, Void>, CoordinatedOperatorFactory<Void> {
        private static final long serialVersionUID = 1;

        private final LeaseCoordinator.Plan plan;

        Factory(LeaseCoordinator.Plan plan) {
            this.plan = plan;
        }

        // As Flink's own factories: the caller says which operator it expects.
        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        public <O extends StreamOperator<Void>> O createStreamOperator(StreamOperatorParameters<Void> parameters) {
            return (O) new LeaseOperator<T>(parameters);
        }

        @Override
        @SuppressWarnings("rawtypes")
        public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classes) {
            return LeaseOperator.class;
        }

        @Override
        public OperatorCoordinator.Provider getCoordinatorProvider(String operatorName, OperatorID operatorId) {
            return new LeaseCoordinator.Provider(operatorId, plan);
        }
    }
}
