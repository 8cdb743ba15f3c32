package org.catalogtagger.training.tracking;

import java.util.List;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.training.fit.EpochResult;

/** All that a run's figures go to: perhaps nothing. */
public record RunLogs(List<RunLog> logs) implements RunLog {
    public RunLogs {
        logs = List.copyOf(logs);
    }

    @Override
    public void onBatch(BatchResult batch) {
        logs.forEach(log -> log.onBatch(batch));
    }

    @Override
    public void onEpoch(EpochResult epoch, int epochs) {
        logs.forEach(log -> log.onEpoch(epoch, epochs));
    }

    @Override
    public void tested(ConfusionMatrix test) {
        logs.forEach(log -> log.tested(test));
    }

    @Override
    public void saved(ModelBundle bundle) {
        logs.forEach(log -> log.saved(bundle));
    }

    @Override
    public void close() {
        logs.forEach(RunLog::close);
    }
}
