package org.catalogtagger.streaming.job;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.dag.Pipeline;
import org.apache.flink.client.ClientUtils;
import org.apache.flink.client.deployment.executors.PipelineExecutorUtils;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.PipelineExecutor;
import org.apache.flink.core.execution.PipelineExecutorFactory;
import org.apache.flink.core.execution.PipelineExecutorServiceLoader;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.MiniClusterJobClient;
import org.apache.flink.runtime.minicluster.MiniClusterJobClient.JobFinalizationBehavior;
import org.apache.flink.runtime.minicluster.RpcServiceSharing;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.ErrorLine;

/**
 * Flink in this JVM, which lives until it is closed.
 *
 * <p>Flink's own local environment ends its cluster the moment that its job ends, while whoever started the job may
 * still be asking for its state, its figures or its last rows: the answer is then an exception, or never comes. Here
 * each job has a cluster of its own size, and all are ended by {@link #close}, after the last question.
 */
public final class LocalFlink implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Configuration configuration;
    private final Deque<MiniCluster> clusters = new ArrayDeque<>();
    private boolean closed;

    /** Flink with such a configuration; nothing runs before the first job. */
    public LocalFlink(Configuration configuration) throws IOException {
        this.configuration = ClosedFlink.close(new Configuration(configuration));
        this.configuration.set(DeploymentOptions.TARGET, Executor.NAME);
        this.configuration.set(DeploymentOptions.ATTACHED, true);
    }

    /** An environment whose jobs run here. */
    public StreamExecutionEnvironment environment() {
        return new StreamExecutionEnvironment(new Executor(), configuration, LocalFlink.class.getClassLoader());
    }

    /**
     * The address of the last job's web page and REST API.
     *
     * @throws IllegalStateException if there was no job
     */
    public String webPage() {
        return "http://127.0.0.1:" + last().getRestAddress().join().getPort();
    }

    synchronized MiniCluster last() {
        if (clusters.isEmpty()) {
            throw new IllegalStateException("no job has been started");
        }
        return clusters.peek();
    }

    private CompletableFuture<JobClient> submit(StreamGraph job, ClassLoader classes) throws Exception {
        job.serializeUserDefinedInstances();
        MiniCluster cluster = start(job.getMaximumParallelism());
        JobID id = cluster.submitJob(job).get().getJobID();
        ClientUtils.waitUntilJobInitializationFinished(
                () -> cluster.getJobStatus(id).get(),
                () -> cluster.requestJobResult(id).get(),
                classes);
        return CompletableFuture.completedFuture(
                new MiniClusterJobClient(id, cluster, classes, JobFinalizationBehavior.NOTHING));
    }

    private synchronized MiniCluster start(int slots) throws Exception {
        if (closed) {
            throw new IllegalStateException("Flink has been stopped");
        }
        MiniCluster cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(new Configuration(configuration))
                .setNumTaskManagers(1)
                .setRpcServiceSharing(RpcServiceSharing.SHARED)
                .setNumSlotsPerTaskManager(Math.max(1, slots))
                .build());
        clusters.push(cluster);
        try {
            cluster.start();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | OutOfMemoryError e) {
            // Flink's own words are of its components: what is wrong is the innermost cause.
            throw new CommandException("Flink does not start in this process: " + ErrorLine.ofRootCause(e), e);
        }
        return cluster;
    }

    /** Ends what still runs, and takes no more jobs. */
    @Override
    public synchronized void close() throws ExecutionException, InterruptedException, TimeoutException {
        closed = true;
        endJobs();
    }

    /** Ends what still runs. */
    public synchronized void endJobs() throws ExecutionException, InterruptedException, TimeoutException {
        while (!clusters.isEmpty()) {
            clusters.pop().closeAsync().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** By it Flink's environment hands its jobs over. */
    private final class Executor implements PipelineExecutorServiceLoader, PipelineExecutorFactory, PipelineExecutor {
        static final String NAME = "catalog-tagger";

        @Override
        public PipelineExecutorFactory getExecutorFactory(Configuration unused) {
            return this;
        }

        @Override
        public Stream<String> getExecutorNames() {
            return Stream.of(NAME);
        }

        @Override
        public String getName() {
            return NAME;
        }

        @Override
        public boolean isCompatibleWith(Configuration unused) {
            return true;
        }

        @Override
        public PipelineExecutor getExecutor(Configuration unused) {
            return this;
        }

        @Override
        public CompletableFuture<JobClient> execute(Pipeline job, Configuration settings, ClassLoader classes)
                throws Exception {
            return submit(PipelineExecutorUtils.getStreamGraph(job, settings), classes);
        }
    }
}
