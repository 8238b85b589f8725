package com.ytempire.hub.sandbox;

/**
 * A vendor that can be told to behave otherwise than usual.
 *
 * @param <M> how
 */
public abstract class MoodyVendor<M extends Enum<M>> implements VendorServer.Vendor {

    final Moods<M> moods;

    MoodyVendor(Class<M> kinds) {
        moods = new Moods<>(kinds);
    }

    /** The next so many calls. */
    public final void next(M mood, int times) {
        moods.next(mood, times);
    }

    /** Until {@link #recover}. */
    public final void always(M mood) {
        moods.always(mood);
    }

    /** The vendor is well. */
    public void recover() {
        moods.clear();
    }

    @Override
    public final Moods<?> moods() {
        return moods;
    }
}
