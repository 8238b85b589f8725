package com.ytempire.hub;

import org.springframework.test.context.DynamicPropertyRegistry;

public final class TestDatabase {
    public static void register(DynamicPropertyRegistry registry) {
        registry.add("spring.datasource.url", () -> "jdbc:postgresql://127.0.0.1:5432/hub");
        registry.add("spring.datasource.username", () -> "hub");
        registry.add("spring.datasource.password", () -> "hub");
    }
}
