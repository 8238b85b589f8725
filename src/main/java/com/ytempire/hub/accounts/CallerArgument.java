package com.ytempire.hub.accounts;

import com.ytempire.hub.platform.ApiAccess;
import org.springframework.core.MethodParameter;
import org.springframework.security.authentication.AuthenticationCredentialsNotFoundException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Hands controllers the {@link Caller}. */
final class CallerArgument implements HandlerMethodArgumentResolver {

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType().equals(Caller.class);
    }

    @Override
    public Caller resolveArgument(
            MethodParameter parameter,
            ModelAndViewContainer container,
            NativeWebRequest request,
            WebDataBinderFactory binders) {
        Authentication login = SecurityContextHolder.getContext().getAuthentication();
        if (login instanceof UserLogin user) {
            return user.getPrincipal();
        }
        if (login != null
                && login.getAuthorities().stream()
                        .anyMatch(role -> role.getAuthority().equals("ROLE_" + ApiAccess.OPERATOR))) {
            return new Caller(null, login.getName(), true);
        }
        throw new AuthenticationCredentialsNotFoundException("nobody has logged in");
    }
}
