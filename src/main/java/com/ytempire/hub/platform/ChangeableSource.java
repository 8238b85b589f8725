package com.ytempire.hub.platform;

import java.util.List;

/** An area with settings that operators may change registers a bean; it asks {@link ChangedSettings} what holds. */
public interface ChangeableSource {

    /** In the order in which they are shown. */
    List<Changeable> changeables();
}
