package com.ytempire.hub.spending;

/** An area that can ask its vendors whether they are well, at no cost, registers one bean for its links. */
public interface LinkProbe {

    /** Whether this link's vendor can be asked. */
    boolean knows(String link);

    /** Asks, and tells {@link Links#probed} what the answer means. */
    ProbeAnswer probe(String link);
}
