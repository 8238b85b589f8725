package com.ytempire.hub.platform;

import org.springframework.security.core.AuthenticationException;

/** Somebody could not be let in, for a reason of which more is to be told than 401 {@code unauthorized}. */
public class Refused extends AuthenticationException {

    private final transient Problem problem;

    /** @param problem is answered */
    public Refused(Problem problem) {
        super(problem.getMessage());
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
