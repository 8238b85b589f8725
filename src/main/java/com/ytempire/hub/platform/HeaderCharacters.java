package com.ytempire.hub.platform;

/**
 * Which characters a header may have: those that Spring Security's firewall allows, assigned ones that control nothing.
 * It asks a regular expression for each header of each request; nearly all of them are plain ASCII.
 */
final class HeaderCharacters {

    private HeaderCharacters() {}

    static boolean inName(String name) {
        return all(name, false);
    }

    /** A value may have tabs as well. */
    static boolean inValue(String value) {
        return all(value, true);
    }

    private static boolean all(String text, boolean tabs) {
        int point;
        for (int i = 0; i < text.length(); i += Character.charCount(point)) {
            point = text.codePointAt(i);
            boolean plain = point >= ' ' && point <= '~';
            if (!plain && !(tabs && point == '\t') && !isAllowed(point)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAllowed(int point) {
        return Character.isDefined(point) && !Character.isISOControl(point);
    }
}
