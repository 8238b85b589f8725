package com.ytempire.hub.accounts;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.ytempire.hub.platform.NodeClaims;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.jackson.TypeNameResolver;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.List;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AccountsSettings.class)
class AccountsConfiguration implements WebMvcConfigurer {

    private static final String OURS = "com.ytempire.hub.";

    static {
        // no parameter of the request
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(Caller.class, Client.class, UserLogin.class);
    }

    /** The document says how to come in, so that the page to try it can. */
    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                .info(new Info().title("YTEMPIRE integration hub").version("v1"))
                .components(new Components()
                        .addSecuritySchemes(
                                "token",
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("bearer")
                                        .description("The access_token of a login, or an API key"))
                        .addSecuritySchemes(
                                "operator",
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("basic")
                                        .description("The operator's login")))
                .addSecurityItem(new SecurityRequirement().addList("token"))
                .addSecurityItem(new SecurityRequirement().addList("operator"));
    }

    /** By the class alone, two controllers' records of the same name would be one schema, the wrong one for one of them. */
    @Bean
    ModelResolver schemaNames(ObjectMapper json) {
        return new ModelResolver(json, new TypeNameResolver() {
                    @Override
                    protected String getNameOfClass(Class<?> type) {
                        return type.getName().startsWith(OURS)
                                ? type.getName().substring(OURS.length()).replace('$', '.')
                                : super.getNameOfClass(type);
                    }
                })
                .openapi31(true);
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new CallerArgument());
        resolvers.add(new ClientArgument());
    }

    /** What a node that died was answering is free at once. */
    @Bean
    NodeClaims requestsUnderWay() {
        return NodeClaims.of("accounts.api_request", "answer is null");
    }
}
