package org.catalogtagger.streaming;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

/** Who may know whom. */
@AnalyzeClasses(packages = "org.catalogtagger", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule MODEL_KNOWS_NEITHER_FLINK_NOR_KAFKA_NOR_TRAINING = noClasses()
            .that()
            .resideInAPackage("org.catalogtagger.model..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.flink..",
                    "org.apache.kafka..",
                    "org.catalogtagger.training..",
                    "org.catalogtagger.streaming..",
                    "org.catalogtagger.cli..");

    @ArchTest
    static final ArchRule TRAINING_DOES_NOT_KNOW_STREAMING = noClasses()
            .that()
            .resideInAPackage("org.catalogtagger.training..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.flink..", "org.apache.kafka..", "org.catalogtagger.streaming..");

    @ArchTest
    static final ArchRule ONLY_COMMANDS_AND_QUICKSTART_KNOW_TRAINING = noClasses()
            .that()
            .resideInAPackage("org.catalogtagger.streaming..")
            .and()
            .resideOutsideOfPackages(
                    "org.catalogtagger.streaming.commands..", "org.catalogtagger.streaming.quickstart..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.catalogtagger.training..");

    @ArchTest
    static final ArchRule ACCURACY_IS_PLAIN_JAVA = noClasses()
            .that()
            .resideInAPackage("org.catalogtagger.streaming.accuracy..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.flink..", "org.apache.kafka..", "ai.djl..", "org.catalogtagger.model..");

    @ArchTest
    static final ArchRule THE_JOB_DOES_NOT_KNOW_KAFKA = noClasses()
            .that()
            .resideInAPackage("org.catalogtagger.streaming.job..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "org.apache.flink.connector.kafka..");

    @ArchTest
    static final ArchRule PACKAGES_ARE_FREE_OF_CYCLES = SlicesRuleDefinition.slices()
            .matching("org.catalogtagger.(**)")
            .should()
            .beFreeOfCycles();
}
