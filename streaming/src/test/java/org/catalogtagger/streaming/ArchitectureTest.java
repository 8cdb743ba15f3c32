package org.catalogtagger.streaming;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("org.catalogtagger");

    @Test
    void modelKnowsNeitherFlinkNorKafkaNorTraining() {
        noClasses()
                .that()
                .resideInAPackage("org.catalogtagger.model..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.flink..",
                        "org.apache.kafka..",
                        "org.catalogtagger.training..",
                        "org.catalogtagger.streaming..",
                        "org.catalogtagger.cli..")
                .check(CLASSES);
    }

    @Test
    void trainingDoesNotKnowStreaming() {
        noClasses()
                .that()
                .resideInAPackage("org.catalogtagger.training..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.flink..", "org.apache.kafka..", "org.catalogtagger.streaming..")
                .check(CLASSES);
    }

    @Test
    void onlyCommandsAndQuickstartKnowTraining() {
        noClasses()
                .that()
                .resideInAPackage("org.catalogtagger.streaming..")
                .and()
                .resideOutsideOfPackages(
                        "org.catalogtagger.streaming.commands..", "org.catalogtagger.streaming.quickstart..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.catalogtagger.training..")
                .check(CLASSES);
    }

    @Test
    void accuracyIsPlainJava() {
        noClasses()
                .that()
                .resideInAnyPackage("org.catalogtagger.streaming.accuracy..", "org.catalogtagger.streaming.drift..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.flink..", "org.apache.kafka..", "ai.djl..", "org.catalogtagger.model..")
                .check(CLASSES);
    }

    @Test
    void theJobDoesNotKnowKafka() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "org.catalogtagger.streaming.events..",
                        "org.catalogtagger.streaming.classify..",
                        "org.catalogtagger.streaming.monitor..",
                        "org.catalogtagger.streaming.job..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "org.apache.flink.connector.kafka..")
                .check(CLASSES);
    }

    /** In the order of the diagram: events, what happens to them, and the assembly that joins it. */
    @Test
    void theJobsRoomsDoNotLookUp() {
        noClasses()
                .that()
                .resideInAPackage("org.catalogtagger.streaming.events..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.catalogtagger.streaming.classify..",
                        "org.catalogtagger.streaming.monitor..",
                        "org.catalogtagger.streaming.job..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("org.catalogtagger.streaming.classify..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.catalogtagger.streaming.monitor..", "org.catalogtagger.streaming.job..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("org.catalogtagger.streaming.monitor..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.catalogtagger.streaming.job..")
                .check(CLASSES);
    }

    @Test
    void packagesAreFreeOfCycles() {
        SlicesRuleDefinition.slices()
                .matching("org.catalogtagger.(**)")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }
}
