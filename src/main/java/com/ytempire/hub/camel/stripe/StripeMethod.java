package com.ytempire.hub.camel.stripe;

import com.stripe.net.ApiResource.RequestMethod;
import java.util.Arrays;

/** What can be done with an object of Stripe, and how that looks over HTTP. */
enum StripeMethod {
    CREATE("create", RequestMethod.POST, false, ""),
    RETRIEVE("retrieve", RequestMethod.GET, true, ""),
    UPDATE("update", RequestMethod.POST, true, ""),
    DELETE("delete", RequestMethod.DELETE, true, ""),
    LIST("list", RequestMethod.GET, false, ""),
    /** An invoice's lines, of which the invoice itself shows ten. */
    LINES("lines", RequestMethod.GET, true, "/lines"),
    SEARCH("search", RequestMethod.GET, false, "/search"),
    /** A subscription is cancelled by DELETE of the object itself, all else by a path of its own. */
    CANCEL("cancel", RequestMethod.POST, true, "/cancel"),
    CAPTURE("capture", RequestMethod.POST, true, "/capture"),
    CONFIRM("confirm", RequestMethod.POST, true, "/confirm"),
    FINALIZE("finalize", RequestMethod.POST, true, "/finalize"),
    PAY("pay", RequestMethod.POST, true, "/pay"),
    SEND("send", RequestMethod.POST, true, "/send"),
    VOID("void", RequestMethod.POST, true, "/void"),
    MARK_UNCOLLECTIBLE("markUncollectible", RequestMethod.POST, true, "/mark_uncollectible"),
    PREVIEW("preview", RequestMethod.POST, false, "/create_preview"),
    ATTACH("attach", RequestMethod.POST, true, "/attach"),
    DETACH("detach", RequestMethod.POST, true, "/detach"),
    EXPIRE("expire", RequestMethod.POST, true, "/expire"),
    RESUME("resume", RequestMethod.POST, true, "/resume"),
    CLOSE("close", RequestMethod.POST, true, "/close");

    private final String text;
    private final RequestMethod verb;
    private final boolean onObject;
    private final String suffix;

    StripeMethod(String text, RequestMethod verb, boolean onObject, String suffix) {
        this.text = text;
        this.verb = verb;
        this.onObject = onObject;
        this.suffix = suffix;
    }

    static StripeMethod of(String text) {
        return Arrays.stream(values())
                .filter(method -> method.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Unknown Stripe method: " + text));
    }

    RequestMethod verb() {
        return verb;
    }

    boolean needsObjectId() {
        return onObject;
    }

    String suffix() {
        return suffix;
    }

    /** Retrieve and delete take nothing from the body: in most routes it is still that of the step before. */
    boolean takesBody() {
        return this != RETRIEVE && this != DELETE;
    }

    boolean answersPage() {
        return this == LIST || this == LINES || this == SEARCH;
    }

    @Override
    public String toString() {
        return text;
    }
}
