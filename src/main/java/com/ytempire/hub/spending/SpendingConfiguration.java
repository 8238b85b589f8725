package com.ytempire.hub.spending;

import com.ytempire.hub.platform.NodeClaims;
import com.ytempire.hub.platform.NodeId;
import java.time.Clock;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({SpendingSettings.class, LinkSettings.class})
class SpendingConfiguration {

    @Bean
    BudgetWriter budgetWriter(
            BudgetConnection connection,
            Limits limits,
            Bounds bounds,
            SpendingSettings settings,
            Clock clock,
            NodeId node) {
        Budgets budgets = new Budgets(connection.jdbc(), limits, settings, clock, node);
        return new BudgetWriter(
                changes -> {
                    List<RuntimeException> refusals = budgets.apply(changes, connection.transactions());
                    bounds.afterCommit(changes);
                    return refusals;
                },
                settings);
    }

    /** The janitor clears what a node that died had reserved. */
    @Bean
    NodeClaims attemptsUnderWay() {
        return NodeClaims.of("spending.attempt", "state in ('reserved', 'sent')");
    }
}
