package org.catalogtagger.streaming.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import moa.classifiers.core.driftdetection.ADWIN;
import moa.classifiers.core.driftdetection.AbstractChangeDetector;
import moa.classifiers.core.driftdetection.DDM;
import moa.classifiers.core.driftdetection.HDDM_A_Test;
import moa.classifiers.core.driftdetection.PageHinkleyDM;

/**
 * A detector of MOA's that knows nothing but whether tags are right; begun anew after each alarm.
 *
 * <p>MOA is under the GPL: it is there for the bench profile only, and in nothing that is distributed.
 */
final class MoaDetector {
    private final Supplier<AbstractChangeDetector> begin;
    private AbstractChangeDetector detector;
    private int alarms;

    private MoaDetector(Supplier<AbstractChangeDetector> begin) {
        this.begin = begin;
        this.detector = begun();
    }

    /** One of each kind, by name. */
    static Map<String, MoaDetector> ofEachKind() {
        Map<String, MoaDetector> detectors = new LinkedHashMap<>();
        detectors.put("moaAdwin", new MoaDetector(Adwin::new));
        detectors.put("moaDdm", new MoaDetector(DDM::new));
        detectors.put("moaHddm", new MoaDetector(HDDM_A_Test::new));
        detectors.put("moaPageHinkley", new MoaDetector(PageHinkleyDM::new));
        return detectors;
    }

    private AbstractChangeDetector begun() {
        AbstractChangeDetector begun = begin.get();
        begun.prepareForUse();
        return begun;
    }

    int alarms() {
        return alarms;
    }

    /** Whether there is an alarm. */
    boolean add(boolean right) {
        detector.input(right ? 0 : 1);
        boolean isAlarm = detector.getChange();
        if (isAlarm) {
            alarms++;
            detector = begun();
        }
        return isAlarm;
    }

    /** MOA's cuts a window; a fall is a cut after which errors are more. */
    private static final class Adwin extends AbstractChangeDetector {
        private static final long serialVersionUID = 1;

        private final ADWIN adwin = new ADWIN(0.002);

        @Override
        public void input(double error) {
            double before = adwin.getEstimation();
            isChangeDetected = adwin.setInput(error) && adwin.getEstimation() > before;
        }

        @Override
        public void getDescription(StringBuilder text, int indent) {}

        @Override
        protected void prepareForUseImpl(moa.tasks.TaskMonitor monitor, moa.core.ObjectRepository repository) {}
    }
}
