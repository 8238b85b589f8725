package com.ytempire.hub.platform;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.autoconfigure.flyway.FlywayConfigurationCustomizer;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/** Listed as an auto-configuration, so that it comes last and a bean of the sandbox (the clock) goes before ours. */
@AutoConfiguration(before = DataSourceAutoConfiguration.class)
@EnableConfigurationProperties(DatabaseSettings.class)
class PlatformConfiguration {

    @Bean
    @ConditionalOnMissingBean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    @ConditionalOnMissingBean
    DataFolder dataFolder(@Value("${hub.data:data}") Path path) {
        return DataFolder.open(path);
    }

    @Bean
    NodeId nodeId(DataFolder folder) {
        return folder.nodeId();
    }

    @Bean
    BeforeCamel cachedDescriptions() {
        return new BeforeCamel(CachedDescriptions::use);
    }

    /** A job goes on at once when its node has died, however long its lease. */
    @Bean
    NodeClaims jobsUnderWay() {
        return NodeClaims.of("operations.job_run", "state = 'running'");
    }

    @Bean
    Ffmpeg ffmpeg(DataFolder folder, @Value("${hub.ffmpeg}") String program) {
        Ffmpeg ffmpeg = new Ffmpeg(folder, program);
        ffmpeg.endLeftOvers();
        return ffmpeg;
    }

    @Bean
    Fonts fonts(@Value("${hub.fonts}") List<Path> folders) {
        return new Fonts(folders);
    }

    @Bean
    KeySource keySource(DataFolder folder, ObjectProvider<EmbeddedPostgres> embedded) {
        return embedded.getIfAvailable() == null ? KeySource.given() : KeySource.keptIn(folder);
    }

    @Bean
    Vault vault(KeySource keys, @Value("${hub.encryption-key:}") String key) {
        return new Vault(keys.keys("HUB_ENCRYPTION_KEY", key));
    }

    /** With connections of their own: what a request may take is too short for the index of a large table. */
    @Bean
    FlywayConfigurationCustomizer patientMigrations(ObjectProvider<JdbcConnectionDetails> database) {
        return flyway -> database.ifAvailable(
                server -> flyway.dataSource(server.getJdbcUrl(), server.getUsername(), server.getPassword()));
    }

    @Bean
    SealedColumn changedSecrets() {
        return new SealedColumn("operations.changed_setting", "value", "name", ChangedSettings::context);
    }

    /** The connection pool depends on these details and they on the server: it stops last. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(NoDatabaseGiven.class)
    @ConditionalOnMissingBean(JdbcConnectionDetails.class)
    static class Embedded {

        @Bean
        EmbeddedPostgres embeddedPostgres(DataFolder folder, DatabaseSettings settings) {
            return EmbeddedPostgres.start(folder, settings);
        }

        @Bean
        EmbeddedPostgresWatch embeddedPostgresWatch(
                EmbeddedPostgres postgres, @Value("${hub.database.watch}") Duration pause) {
            return new EmbeddedPostgresWatch(postgres, pause);
        }

        @Bean
        JdbcConnectionDetails embeddedPostgresConnectionDetails(EmbeddedPostgres postgres) {
            return new JdbcConnectionDetails() {
                @Override
                public String getUsername() {
                    return postgres.user();
                }

                @Override
                public String getPassword() {
                    return postgres.password();
                }

                @Override
                public String getJdbcUrl() {
                    return postgres.url();
                }
            };
        }
    }

    /** An empty variable, as compose files leave behind, is no database. */
    static class NoDatabaseGiven extends SpringBootCondition {

        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            boolean given = StringUtils.hasText(context.getEnvironment().getProperty("spring.datasource.url"));
            ConditionMessage message = ConditionMessage.of("spring.datasource.url is " + (given ? "set" : "not set"));
            return new ConditionOutcome(!given, message);
        }
    }
}
