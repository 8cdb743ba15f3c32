package org.catalogtagger.streaming.lease;

import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.CoordinatedOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** Takes in and emits nothing. It is in the job for its coordinator, which Flink runs for an operator only. */
final class LeaseOperator<T> extends AbstractStreamOperator<Void> implements OneInputStreamOperator<T, Void> {
    private static final long serialVersionUID = 1;

    @Override
    public void processElement(StreamRecord<T> element) {}

    /** Puts it into the job, and a {@link LeaseCoordinator} into the JobManager. */
    static final class Factory<T> extends SimpleOperatorFactory<Void>
            implements OneInputStreamOperatorFactory<T, Void>, CoordinatedOperatorFactory<Void> {
        private static final long serialVersionUID = 1;

        private final LeaseCoordinator.Plan plan;

        Factory(LeaseCoordinator.Plan plan) {
            super(new LeaseOperator<T>());
            this.plan = plan;
        }

        @Override
        public OperatorCoordinator.Provider getCoordinatorProvider(String operatorName, OperatorID operatorId) {
            return new LeaseCoordinator.Provider(operatorId, plan);
        }
    }
}
