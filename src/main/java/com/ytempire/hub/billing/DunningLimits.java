package com.ytempire.hub.billing;

import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What dunning takes from a subscription while its invoice is unpaid. */
@Component
class DunningLimits {

    private final JdbcClient jdbc;
    private final DunningSettings settings;

    DunningLimits(JdbcClient jdbc, DunningSettings settings) {
        this.jdbc = jdbc;
        this.settings = settings;
    }

    /** Empty while nothing of the subscription is in dunning. */
    Optional<Limit> of(String subscription) {
        return jdbc
                .sql("select state, failures from billing.dunning_case where subscription = :id and state <> 'ended'")
                .param("id", subscription)
                .query((row, number) ->
                        new Limit(row.getString("state").equals("suspended"), featuresOff(row.getInt("failures"))))
                .list()
                .stream()
                .reduce(Limit::stricter);
    }

    private Set<String> featuresOff(int failures) {
        return failures >= settings.featuresOffFrom() ? Set.copyOf(settings.featuresOff()) : Set.of();
    }

    /** @param featuresOff what is not granted meanwhile */
    record Limit(boolean suspended, Set<String> featuresOff) {

        private static Limit stricter(Limit one, Limit other) {
            boolean oneIsStricter =
                    one.featuresOff().size() >= other.featuresOff().size();
            return new Limit(
                    one.suspended() || other.suspended(), oneIsStricter ? one.featuresOff() : other.featuresOff());
        }
    }
}
