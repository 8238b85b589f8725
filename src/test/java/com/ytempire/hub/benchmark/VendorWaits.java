package com.ytempire.hub.benchmark;

import com.ytempire.hub.camel.stripe.StripeComponent;
import com.ytempire.hub.camel.stripe.StripeMeter;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Has the hub of a benchmark say in each answer how long it waited for Stripe, from before each request until its answer
 * was read, in the header made for it (W3C Server Timing). The rest of the answer's time is the hub's own.
 */
final class VendorWaits implements BeanPostProcessor {

    private static final String HEADER = "Server-Timing";
    private static final String BEGIN = "stripe;dur=";

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof StripeComponent stripe) {
            StripeMeter shipped = stripe.getMeter();
            stripe.setMeter((took, failed) -> {
                shipped.called(took, failed);
                tell(took);
            });
        }
        return bean;
    }

    private static void tell(Duration took) {
        if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes request) {
            HttpServletResponse response = request.getResponse();
            if (response != null) {
                tell(response, took.toNanos());
            }
        }
    }

    /** @param nanos that the answer waited for Stripe */
    static void tell(HttpServletResponse response, long nanos) {
        response.addHeader(HEADER, BEGIN + nanos / 1e6);
    }

    /** What one header line of an answer says, in small letters; 0 when it is another header. */
    static long nanos(String header) {
        String begin = "server-timing: " + BEGIN;
        return header.startsWith(begin) ? (long) (Double.parseDouble(header.substring(begin.length())) * 1e6) : 0;
    }
}
