package com.ytempire.hub.spending;

import java.util.List;

/** An area that has chains registers a bean that names their links, in the order in which they are tried. */
public interface LinkSource {

    List<LinkDefinition> links();
}
