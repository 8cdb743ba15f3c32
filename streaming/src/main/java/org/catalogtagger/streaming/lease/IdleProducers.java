package org.catalogtagger.streaming.lease;

import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.catalogtagger.streaming.kafka.KafkaConnection;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.catalogtagger.streaming.settings.StreamSettings.Delivery;

/**
 * Producers of an earlier run that are between two transactions. Those within one are the sinks' business when they are
 * restored: they commit what the checkpoint holds, and abort the rest.
 */
final class IdleProducers {
    private static final Set<TransactionState> IDLE =
            Set.of(TransactionState.EMPTY, TransactionState.COMPLETE_ABORT, TransactionState.COMPLETE_COMMIT);

    /** Kafka's client asks for one after the other, and each is a write of the broker's. */
    private static final int AT_A_TIME = 10;

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
        ListTransactionsOptions idle = new ListTransactionsOptions().filterStates(IDLE);
        List<String> ids =
                KafkaConnection.ask(kafka.bootstrapServers(), kafka.properties(), admin -> admin.listTransactions(idle)
                                .all())
                        .stream()
                        .map(TransactionListing::transactionalId)
                        .filter(id -> id.startsWith(kafka.transactionalIdPrefix()))
                        .toList();
        for (int from = 0; from < ids.size(); from += AT_A_TIME) {
            List<String> some = ids.subList(from, Math.min(from + AT_A_TIME, ids.size()));
            KafkaConnection.ask(kafka.bootstrapServers(), kafka.properties(), admin -> admin.fenceProducers(some)
                    .all());
        }
    }
}
