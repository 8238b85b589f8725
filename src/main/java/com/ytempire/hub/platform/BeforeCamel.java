package com.ytempire.hub.platform;

import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.spring.boot.CamelContextConfiguration;

/** What is done to Camel's context before there are routes. A bean of this type is all it takes. */
record BeforeCamel(Consumer<CamelContext> work) implements CamelContextConfiguration {

    @Override
    public void beforeApplicationStart(CamelContext camel) {
        work.accept(camel);
    }

    @Override
    public void afterApplicationStart(CamelContext camel) {
        // all is done before
    }
}
