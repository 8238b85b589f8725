package com.ytempire.hub.camel.youtube;

import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** Upload videos to YouTube and manage them: one method of its API, for the channel a message names. */
@UriEndpoint(
        firstVersion = "4.18.0",
        scheme = "google-youtube",
        title = "Google YouTube",
        syntax = "google-youtube:apiName/methodName",
        apiSyntax = "apiName/methodName",
        producerOnly = true,
        category = {Category.CLOUD, Category.API},
        headersClass = YoutubeConstants.class)
public class YoutubeEndpoint extends DefaultEndpoint {

    @UriPath(description = "What the operation is performed on")
    @Metadata(required = true)
    private final String apiName;

    @UriPath(description = "What is done with it")
    @Metadata(required = true)
    private final String methodName;

    @UriParam(description = "The name of a parameter that is passed in the body")
    private String inBody;

    private final YoutubeMethod method;
    private final Map<String, Object> arguments = new TreeMap<>();

    YoutubeEndpoint(String uri, YoutubeComponent component, YoutubeMethod method) {
        super(uri, component);
        this.method = method;
        this.apiName = method.api();
        this.methodName = method.method();
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if (inBody != null && !method.parameters().containsKey(inBody)) {
            throw new IllegalArgumentException(method + " has no parameter " + inBody);
        }
    }

    @Override
    public Producer createProducer() {
        return new YoutubeProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException(
                "The google-youtube component has no consumer: news of videos come by WebSub");
    }

    /** Takes the options that are parameters of the method out of the URI's. */
    void takeArguments(Map<String, Object> parameters) {
        for (String name : method.parameters().keySet()) {
            Object value = parameters.remove(name);
            if (value != null) {
                arguments.put(name, value);
            }
        }
    }

    YoutubeMethod getYoutubeMethod() {
        return method;
    }

    Map<String, Object> getArguments() {
        return arguments;
    }

    public String getApiName() {
        return apiName;
    }

    public String getMethodName() {
        return methodName;
    }

    public String getInBody() {
        return inBody;
    }

    /** Sets which parameter the body is, instead of the resource to send. */
    public void setInBody(String inBody) {
        this.inBody = inBody;
    }
}
