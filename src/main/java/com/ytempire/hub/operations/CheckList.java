package com.ytempire.hub.operations;

import java.time.LocalDate;
import java.util.List;
import java.util.function.Function;

/** The lines of one of the day's checks. */
interface CheckList {

    /** The dated job that runs it. */
    String job();

    /** Its name, as people read it. */
    String title();

    /** Its lines, in order. */
    List<Line> lines();

    /** @param look says how it is; what it throws is a failed line */
    record Line(String name, Function<LocalDate, Result> look) {}

    /** What a line found. */
    record Result(String outcome, String evidence) {

        static Result ok(String evidence) {
            return new Result("ok", evidence);
        }

        /** Somebody should look at it. */
        static Result warning(String evidence) {
            return new Result("warning", evidence);
        }

        /** Somebody must act. */
        static Result failed(String evidence) {
            return new Result("failed", evidence);
        }

        /** It does not apply, and why. */
        static Result skipped(String evidence) {
            return new Result("skipped", evidence);
        }

        /** A figure, neither good nor bad. */
        static Result told(String evidence) {
            return new Result("told", evidence);
        }

        static Result of(boolean good, String evidence) {
            return good ? ok(evidence) : warning(evidence);
        }
    }
}
