package com.ytempire.hub.platform;

import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.spi.Policy;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.context.annotation.Role;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionAttributeSource;
import org.springframework.transaction.support.TransactionTemplate;

/** Where transactions are looked for, and the one policy by which routes do several steps in one transaction. */
@Configuration(proxyBeanMethods = false)
class TransactionConfiguration {

    /**
     * Spring Boot's own looks at each method of each bean; two of three beans are Spring's and Camel's, and none of those
     * opens a transaction.
     */
    @Bean
    @Primary
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static TransactionAttributeSource transactionsOfTheHub() {
        return new AnnotationTransactionAttributeSource(false) {
            @Override
            public boolean isCandidateClass(Class<?> type) {
                return type.getName().startsWith("com.ytempire.hub.") && super.isCandidateClass(type);
            }
        };
    }

    @Bean("one-transaction")
    Policy oneTransaction(PlatformTransactionManager transactions) {
        return new OneTransaction(new TransactionTemplate(transactions));
    }

    /**
     * Commits when the steps below succeed, rolls back when one fails, and leaves the failure on the exchange for the
     * caller's error handler. Camel's own SpringTransactionPolicy puts an error handler of its own around the steps,
     * which marks the failure as dealt with: the dead-letter channel of the calling route would never see it.
     */
    private record OneTransaction(TransactionTemplate transactions) implements Policy {

        @Override
        public void beforeWrap(Route route, NamedNode definition) {
            // nothing to prepare
        }

        @Override
        public Processor wrap(Route route, Processor steps) {
            return exchange -> run(steps, exchange);
        }

        private void run(Processor steps, Exchange exchange) {
            try {
                transactions.executeWithoutResult(transaction -> {
                    try {
                        steps.process(exchange);
                    } catch (Exception e) {
                        exchange.setException(e);
                    }
                    if (exchange.getException() != null) {
                        transaction.setRollbackOnly();
                    }
                });
            } catch (TransactionException e) {
                exchange.setException(e);
            }
        }
    }
}
