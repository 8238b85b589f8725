package com.ytempire.hub.platform;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.boot.autoconfigure.security.SecurityProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.authentication.SimpleUrlAuthenticationFailureHandler;
import org.springframework.security.web.authentication.www.BasicAuthenticationFilter;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.savedrequest.CookieRequestCache;
import org.springframework.security.web.savedrequest.SavedRequest;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.AndRequestMatcher;
import org.springframework.security.web.util.matcher.MediaTypeRequestMatcher;
import org.springframework.security.web.util.matcher.NegatedRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.filter.ServletRequestPathFilter;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/**
 * Who may call what. Webhooks are open, their proof is the signature; health and the API's description are open; what
 * {@link ApiAccess} opens is for users as well; all else needs the operator, also what does not exist.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

    private static final String PAGES_CSP =
            "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline';"
                    + " object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
    private static final String DATA_CSP = "default-src 'none'; frame-ancestors 'none'";

    /** A measurement around each filter of each request costs more than the filters; whole requests are measured. */
    @Bean
    SecurityObservationSettings noObservationOfFilters() {
        return SecurityObservationSettings.noObservations();
    }

    /** Each of the paths below would parse the address anew otherwise: some forty times a request. */
    @Bean
    FilterRegistrationBean<ServletRequestPathFilter> parsedPath() {
        FilterRegistrationBean<ServletRequestPathFilter> filter =
                new FilterRegistrationBean<>(new ServletRequestPathFilter());
        filter.setOrder(SecurityProperties.DEFAULT_FILTER_ORDER - 1);
        return filter;
    }

    /** As it comes, but for how headers' characters are looked at. */
    @Bean
    HttpFirewall firewall() {
        StrictHttpFirewall firewall = new StrictHttpFirewall();
        firewall.setAllowedHeaderNames(HeaderCharacters::inName);
        firewall.setAllowedHeaderValues(HeaderCharacters::inValue);
        return firewall;
    }

    @Bean
    static NoHandlersBeforehand noHandlersBeforehand() {
        return new NoHandlersBeforehand();
    }

    @Bean
    OperatorLogin operatorLogin(
            @Value("${hub.operator.username}") String username,
            @Value("${hub.operator.password}") String password,
            @Value("${hub.operator.login-attempts}") int attempts,
            @Value("${hub.operator.login-window}") Duration window,
            DataFolder folder,
            ObjectProvider<LoginFailures> failures) {
        BCryptPasswordEncoder encoder = new BCryptPasswordEncoder();
        return new OperatorLogin(
                OperatorAccount.of(
                        username, password, encoder, maker -> folder.secret(OperatorAccount.SECRET, maker), System.out),
                encoder,
                new LoginAttempts(attempts, window, System::nanoTime, failures.getIfAvailable()));
    }

    /** Nothing here but headers: the signature decides, and a stray Authorization header must not. */
    @Bean
    @Order(1)
    SecurityFilterChain webhookIntake(HttpSecurity http) throws Exception {
        RequestMatcher webhooks = path("/api/v1/webhooks/**");
        RequestMatcher operator = new OrRequestMatcher(
                path("/api/v1/webhooks/events/**"),
                path("/api/v1/webhooks/replays/**"),
                path("/api/v1/webhooks/endpoints/**"),
                path("/api/v1/webhooks/alerts/**"));
        return stateless(http.securityMatcher(new AndRequestMatcher(webhooks, new NegatedRequestMatcher(operator))))
                .anonymous(AbstractHttpConfigurer::disable)
                .build();
    }

    /** Everything on the management port, and the same paths should both ports be one. */
    @Bean
    @Order(2)
    SecurityFilterChain management(
            HttpSecurity http, OperatorLogin operators, ProblemWriter problems, WebApplicationContext main)
            throws Exception {
        RequestMatcher otherPort = request -> request.getServletContext() != main.getServletContext();
        return basic(http.securityMatcher(new OrRequestMatcher(otherPort, path("/actuator/**"))), operators, problems)
                .authorizeHttpRequests(
                        requests -> requests.dispatcherTypeMatchers(DispatcherType.FORWARD, DispatcherType.ERROR)
                                .permitAll()
                                .requestMatchers(path("/actuator/health/**"))
                                .permitAll()
                                // Hawtio asks whether its proxy is on (no); the proxy itself would reach other servers
                                // on this machine in our name
                                .requestMatchers(path("/actuator/hawtio/proxy/enabled"))
                                .hasRole(ApiAccess.OPERATOR)
                                .requestMatchers(path("/actuator/hawtio/proxy/**"))
                                .denyAll()
                                .anyRequest()
                                .hasRole(ApiAccess.OPERATOR))
                .build();
    }

    @Bean
    @Order(3)
    SecurityFilterChain api(
            HttpSecurity http,
            OperatorLogin operators,
            ProblemWriter problems,
            ObjectProvider<ApiAccess> access,
            @Value("${hub.http.cors-origins}") List<String> corsOrigins)
            throws Exception {
        basic(http.securityMatcher(path("/api/**")), operators, problems)
                .addFilterBefore(new FilterFailures(problems), SameOriginFilter.class)
                .cors(cors -> cors.configurationSource(new ApiCors(corsOrigins)));
        for (ApiAccess more : access) {
            more.secure(http);
        }
        return http.authorizeHttpRequests(requests -> {
                    requests.dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR)
                            .permitAll();
                    access.forEach(more -> more.open(requests));
                    requests.anyRequest().hasRole(ApiAccess.OPERATOR);
                })
                .build();
    }

    /**
     * Pages keep a login, so they have CSRF tokens; both are in cookies, and no node keeps a session. A program that asks for a page is told 401, not sent to a form. What
     * the API offers is no secret: its document and the page to try it are open.
     */
    @Bean
    @Order(4)
    SecurityFilterChain pages(
            HttpSecurity http,
            OperatorLogin operators,
            ProblemWriter problems,
            Vault vault,
            Clock clock,
            @Value("${hub.operator.login-lasts}") Duration lasts,
            @Value("${hub.operator.password}") String password,
            ObjectProvider<LoginEnds> ends)
            throws Exception {
        MediaTypeRequestMatcher wantsHtml = new MediaTypeRequestMatcher(MediaType.TEXT_HTML);
        wantsHtml.setIgnoredMediaTypes(Set.of(MediaType.ALL));
        // a browser asks for more than pages; only to a page is it worth going back after the login
        CookieRequestCache pageAskedFor = new PageAskedFor();
        pageAskedFor.setCookieCustomizer(cookie -> cookie.setAttribute("SameSite", "Lax"));
        pageAskedFor.setRequestMatcher(
                new AndRequestMatcher(request -> request.getMethod().equals("GET"), wantsHtml));
        SimpleUrlAuthenticationFailureHandler again = new SimpleUrlAuthenticationFailureHandler("/login?error");
        return http.authenticationManager(alone(operators))
                .addFilterBefore(new FilterFailures(problems), SecurityContextHolderFilter.class)
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .securityContext(login -> login.securityContextRepository(
                        new SealedLogins(vault, clock, lasts, operators.fingerprint(password), ends.getIfAvailable())))
                .csrf(csrf -> csrf.csrfTokenRepository(formTokens()))
                .requestCache(cache -> cache.requestCache(pageAskedFor))
                .formLogin(form -> form.failureHandler((request, response, failure) -> {
                    if (failure instanceof LoginAttempts.TooMany tooMany) {
                        problems.write(tooMany.problem(), request, response);
                    } else {
                        again.onAuthenticationFailure(request, response, failure);
                    }
                }))
                .headers(headers -> headers.contentSecurityPolicy(csp -> csp.policyDirectives(PAGES_CSP))
                        .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.SAME_ORIGIN)))
                .exceptionHandling(failures -> failures.defaultAuthenticationEntryPointFor(
                                new LoginUrlAuthenticationEntryPoint("/login"), wantsHtml)
                        .defaultAuthenticationEntryPointFor(problems, new NegatedRequestMatcher(wantsHtml))
                        .accessDeniedHandler(problems))
                .authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(
                                DispatcherType.FORWARD, DispatcherType.ASYNC, DispatcherType.ERROR)
                        .permitAll()
                        .requestMatchers(path("/v3/api-docs/**"), path("/swagger-ui/**"), path("/swagger-ui.html"))
                        .permitAll()
                        .anyRequest()
                        .hasRole(ApiAccess.OPERATOR))
                .build();
    }

    /** Nobody else is asked: a manager's parent would ask the same once more, and a wrong password would count twice. */
    private static AuthenticationManager alone(OperatorLogin operators) {
        return new ProviderManager(operators);
    }

    private static HttpSecurity basic(HttpSecurity http, OperatorLogin operators, ProblemWriter problems)
            throws Exception {
        return stateless(http)
                .authenticationManager(alone(operators))
                .httpBasic(basic -> basic.authenticationEntryPoint(problems))
                .exceptionHandling(
                        failures -> failures.authenticationEntryPoint(problems).accessDeniedHandler(problems))
                .addFilterBefore(new SameOriginFilter(problems), BasicAuthenticationFilter.class);
    }

    /** No session and therefore no CSRF token; {@link SameOriginFilter} stands in where a browser may bring a password. */
    private static HttpSecurity stateless(HttpSecurity http) throws Exception {
        return http.sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .headers(headers -> headers.contentSecurityPolicy(csp -> csp.policyDirectives(DATA_CSP))
                        .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER)));
    }

    private static CookieCsrfTokenRepository formTokens() {
        CookieCsrfTokenRepository tokens = new CookieCsrfTokenRepository();
        tokens.setCookieCustomizer(cookie -> cookie.sameSite("Lax"));
        return tokens;
    }

    private static RequestMatcher path(String pattern) {
        return PathPatternRequestMatcher.withDefaults().matcher(pattern);
    }

    /**
     * With this bean Spring Security looks up who will handle a request, once for itself and before all filters, for
     * rules that go by controllers; ours go by paths. The whole look-up is done again by who really handles it.
     */
    private static final class NoHandlersBeforehand implements BeanDefinitionRegistryPostProcessor, Ordered {

        private static final String BEAN = "mvcHandlerMappingIntrospector";

        @Override
        public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry beans) {
            if (beans.containsBeanDefinition(BEAN)) {
                beans.removeBeanDefinition(BEAN);
            }
        }

        /** Before Spring Security's own, which has no order and looks for it. */
        @Override
        public int getOrder() {
            return HIGHEST_PRECEDENCE;
        }
    }

    /**
     * Remembers where to go back to, in a cookie, which somebody else may have written: only this hub's own pages count.
     * Nothing of the request is restored: it was a page that is asked for again.
     */
    private static final class PageAskedFor extends CookieRequestCache {

        @Override
        public SavedRequest getRequest(HttpServletRequest request, HttpServletResponse response) {
            SavedRequest saved = super.getRequest(request, response);
            String here = ServletUriComponentsBuilder.fromContextPath(request).toUriString() + "/";
            return saved != null && saved.getRedirectUrl().startsWith(here) ? saved : null;
        }

        @Override
        public HttpServletRequest getMatchingRequest(HttpServletRequest request, HttpServletResponse response) {
            super.getMatchingRequest(request, response); // once it is reached it is forgotten
            return null;
        }
    }
}
