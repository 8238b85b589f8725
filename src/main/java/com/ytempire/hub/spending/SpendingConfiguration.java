package com.ytempire.hub.spending;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({SpendingSettings.class, LinkSettings.class})
class SpendingConfiguration {}
