package org.catalogtagger.model.network;

import java.util.ArrayList;
import java.util.List;
import org.catalogtagger.model.network.Architecture.NamedShape;

/**
 * Networks of one architecture whose logits are averaged; often it is one.
 *
 * @param member what each of them is
 * @param members 1 to {@value #MAX_MEMBERS}
 */
public record EnsembleArchitecture(Architecture member, int members) {
    /** As many arrays as the header of a weights file can name. */
    private static final int MAX_MEMBERS = 100;

    public EnsembleArchitecture {
        if (members < 1 || members > MAX_MEMBERS) {
            throw new IllegalArgumentException("members must be from 1 to %d, not %d".formatted(MAX_MEMBERS, members));
        }
    }

    /** What the names of a member's arrays begin with: nothing where there is but one. */
    String prefix(int number) {
        return members == 1 ? "" : prefixOf(number);
    }

    /**
     * What tells the arrays of a member from those of others, {@code member1.} say.
     *
     * @param number from 1
     */
    public static String prefixOf(int number) {
        return "member" + number + ".";
    }

    /**
     * Every array of the model, member by member: those of {@link Architecture#arrays()}, under names that begin with
     * {@code member1.}, {@code member2.} and so on where there is more than one.
     */
    public List<NamedShape> arrays() {
        List<NamedShape> arrays = new ArrayList<>();
        for (int number = 1; number <= members; number++) {
            for (NamedShape array : member.arrays()) {
                arrays.add(new NamedShape(prefix(number) + array.name(), array.shape(), array.trainable()));
            }
        }
        return List.copyOf(arrays);
    }

    /** Trainable parameters of all members. */
    public long parameterCount() {
        return members * member.parameterCount();
    }

    /** A table for people: each trainable array of a member, and the sum. */
    public String parameterTable() {
        String table = member.parameterTable();
        return members == 1
                ? table
                : table + "%-37s %,13d%n".formatted("in %d members".formatted(members), parameterCount());
    }
}
