package com.ytempire.hub.platform;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.ytempire.hub.platform.Problems.Invalid;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.beans.TypeMismatchException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.validation.BindException;
import org.springframework.validation.FieldError;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Answers whatever goes wrong in a controller with a problem that names its code and, where there is one, the field. */
@RestControllerAdvice
class ProblemHandler extends ResponseEntityExceptionHandler {

    private static final SnakeCaseStrategy SNAKE = (SnakeCaseStrategy) PropertyNamingStrategies.SNAKE_CASE;

    @ExceptionHandler
    ResponseEntity<Object> security(AuthenticationException failure) {
        throw failure; // the security filters answer it
    }

    @ExceptionHandler
    ResponseEntity<Object> security(AccessDeniedException failure) {
        throw failure;
    }

    @ExceptionHandler
    ResponseEntity<Object> anything(Exception failure, WebRequest request) {
        return answer(Problems.of(failure), List.of(), new HttpHeaders(), request);
    }

    /** Everything Spring MVC itself refuses comes through here; its own texts may repeat input, so they are not used. */
    @Override
    protected ResponseEntity<Object> handleExceptionInternal(
            Exception failure, Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return answer(refusal(failure, HttpStatus.valueOf(status.value())), errors(failure), headers, request);
    }

    private static Problem refusal(Exception failure, HttpStatus status) {
        if (failure instanceof HttpMessageNotReadableException unreadable) {
            return new Problem(
                    HttpStatus.BAD_REQUEST,
                    "malformed_request",
                    "The body is not the JSON expected here",
                    unreadable.getCause() instanceof JsonMappingException mapping ? path(mapping) : null);
        }
        if (failure instanceof MethodArgumentTypeMismatchException mismatch) {
            return wrongType(mismatch.getName());
        }
        if (failure instanceof TypeMismatchException mismatch) {
            return wrongType(mismatch.getPropertyName());
        }
        if (failure instanceof MissingServletRequestParameterException missing) {
            return new Problem(
                    HttpStatus.BAD_REQUEST, "validation_failed", "A parameter is missing", missing.getParameterName());
        }
        if (failure instanceof BindException || failure instanceof HandlerMethodValidationException) {
            List<Invalid> errors = errors(failure);
            return new Problem(
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    "validation_failed",
                    "The request does not hold what is expected here",
                    errors.size() == 1 ? errors.get(0).field() : null);
        }
        if (status.is5xxServerError()) {
            return Problems.of(failure);
        }
        return new Problem(status, Problems.code(status), status.getReasonPhrase());
    }

    private static Problem wrongType(String field) {
        return new Problem(
                HttpStatus.BAD_REQUEST, "validation_failed", "The value is not of the kind expected here", field);
    }

    private static List<Invalid> errors(Exception failure) {
        if (failure instanceof MethodArgumentNotValidException invalid) {
            return invalid.getBindingResult().getAllErrors().stream()
                    .map(error -> new Invalid(
                            snake(error instanceof FieldError field ? field.getField() : error.getObjectName()),
                            error.getDefaultMessage()))
                    .toList();
        }
        if (failure instanceof HandlerMethodValidationException invalid) {
            return invalid.getParameterValidationResults().stream()
                    .flatMap(result -> result.getResolvableErrors().stream()
                            .map(error -> new Invalid(
                                    snake(
                                            error instanceof FieldError field
                                                    ? field.getField()
                                                    : String.valueOf(result.getMethodParameter()
                                                            .getParameterName())),
                                    error.getDefaultMessage())))
                    .toList();
        }
        return List.of();
    }

    private static String path(JsonMappingException mapping) {
        String path = mapping.getPath().stream()
                .map(step -> step.getFieldName() != null ? step.getFieldName() : "[" + step.getIndex() + "]")
                .collect(Collectors.joining("."))
                .replace(".[", "[");
        return path.isEmpty() ? null : path;
    }

    /** The name as it stands in the request. */
    private static String snake(String path) {
        return Arrays.stream(path.split("\\.")).map(SNAKE::translate).collect(Collectors.joining("."));
    }

    private static ResponseEntity<Object> answer(
            Problem problem, List<Invalid> errors, HttpHeaders headers, WebRequest request) {
        HttpHeaders all = new HttpHeaders(headers);
        all.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (problem.retryAfter() != null) {
            all.set(HttpHeaders.RETRY_AFTER, problem.retryAfter().toString());
        }
        String path = ((ServletWebRequest) request).getRequest().getRequestURI();
        return new ResponseEntity<>(Problems.detail(problem, path, errors), all, problem.status());
    }
}
