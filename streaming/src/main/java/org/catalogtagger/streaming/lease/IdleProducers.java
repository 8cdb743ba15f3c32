package org.catalogtagger.streaming.lease;

import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.catalogtagger.streaming.kafka.AdminSession;
import org.catalogtagger.streaming.kafka.KafkaConnection;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.catalogtagger.streaming.settings.StreamSettings.Delivery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Producers of an earlier run that are between two transactions. Those within one are the sinks' business when they are
 * restored: they commit what the checkpoint holds, and abort the rest.
 */
final class IdleProducers {
    private static final Logger LOG = LoggerFactory.getLogger(IdleProducers.class);

    private static final Set<TransactionState> IDLE =
            Set.of(TransactionState.EMPTY, TransactionState.COMPLETE_ABORT, TransactionState.COMPLETE_COMMIT);

    private IdleProducers() {}

    /**
     * Makes the broker refuse whatever they would still send.
     *
     * @throws org.catalogtagger.cli.CommandException if Kafka does not answer, or refuses
     */
    static void fence(StreamSettings.Kafka kafka) {
        if (kafka.delivery() != Delivery.EXACTLY_ONCE) {
            return;
        }
        // One at a time: asked for several, Kafka's client (4.2.0, AdminApiDriver) sends one request after the other,
        // and waits before each, up to a second, as if the one before had failed. Ten at once take 7 s, one some 20 ms.
        int fenced = AdminSession.share(() -> {
            List<String> ids = idle(kafka);
            for (String id : ids) {
                KafkaConnection.ask(
                        kafka.bootstrapServers(), kafka.properties(), admin -> admin.fenceProducers(List.of(id))
                                .all());
            }
            return ids.size();
        });
        LOG.info("{} producers of earlier runs are fenced", fenced);
    }

    private static List<String> idle(StreamSettings.Kafka kafka) {
        ListTransactionsOptions idle = new ListTransactionsOptions().filterStates(IDLE);
        return KafkaConnection.ask(kafka.bootstrapServers(), kafka.properties(), admin -> admin.listTransactions(idle)
                        .all())
                .stream()
                .map(TransactionListing::transactionalId)
                .filter(id -> id.startsWith(kafka.transactionalIdPrefix()))
                .toList();
    }
}
