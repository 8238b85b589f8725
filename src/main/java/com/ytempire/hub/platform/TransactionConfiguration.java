package com.ytempire.hub.platform;

import org.apache.camel.spring.spi.SpringTransactionPolicy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;

/** The one policy that routes use to do several steps in one transaction. */
@Configuration(proxyBeanMethods = false)
class TransactionConfiguration {

    @Bean("one-transaction")
    SpringTransactionPolicy oneTransaction(PlatformTransactionManager transactions) {
        SpringTransactionPolicy policy = new SpringTransactionPolicy(transactions);
        policy.setPropagationBehaviorName("PROPAGATION_REQUIRED");
        return policy;
    }
}
