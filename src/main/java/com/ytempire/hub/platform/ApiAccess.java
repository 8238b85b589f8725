package com.ytempire.hub.platform;

import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AuthorizeHttpRequestsConfigurer;

/**
 * Who may use {@code /api/**} besides the operator who logs in by HTTP Basic; whoever knows the users provides the one
 * bean. What it does not open stays the operator's alone.
 */
public interface ApiAccess {

    /** The role that may see and do everything. */
    String OPERATOR = "OPERATOR";

    /** Adds ways to say who calls, and limits, to the filters in front of the API. */
    void secure(HttpSecurity http) throws Exception;

    /** Opens paths; asked before the rule that everything else is the operator's. */
    void open(AuthorizeHttpRequestsConfigurer<HttpSecurity>.AuthorizationManagerRequestMatcherRegistry paths);
}
