package com.ytempire.hub.platform;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Something an operator can do from the pages and the console. It is asked for before it is done, and written down.
 *
 * @param name stable: {@code link.off}
 * @param title what it does, as on a button
 * @param on what its target is, one word or two: {@code link}; null when the name says it all
 * @param says what will happen, given its target
 * @param fields what it needs to know, as it is listed without a target
 * @param asks the same, by the same names, once its target is known: each begins with what holds now
 * @param back path of the page to go to afterwards, given the target
 * @param work does it, and returns one sentence that says what happened; a {@link Problem} refuses it
 */
public record OperatorAction(
        String name,
        String title,
        String on,
        Function<String, String> says,
        List<Field> fields,
        Function<String, List<Field>> asks,
        Function<String, String> back,
        Function<Order, String> work) {

    /** One that asks the same of every target. */
    public OperatorAction(
            String name,
            String title,
            String on,
            Function<String, String> says,
            List<Field> fields,
            Function<String, String> back,
            Function<Order, String> work) {
        this(name, title, on, says, fields, target -> fields, back, work);
    }

    /**
     * What an action needs to know.
     *
     * @param type text, number, date or password; a password is written down nowhere
     * @param usual what it begins with
     */
    public record Field(String name, String label, String type, boolean needed, String usual) {

        /** A text that must be there. */
        public static Field text(String name, String label) {
            return new Field(name, label, "text", true, "");
        }

        /** The same, with another beginning. */
        public Field beginning(String with) {
            return new Field(name, label, type, needed, with);
        }

        public boolean isSecret() {
            return type.equals("password");
        }
    }

    /**
     * An operator's word.
     *
     * @param target on what; empty when the action says it
     * @param values of the fields, by name
     * @param source page or console
     */
    public record Order(String target, Map<String, String> values, String operator, String source) {

        /** Stripped; empty when it was left out. */
        public String value(String name) {
            return values.getOrDefault(name, "").strip();
        }
    }
}
