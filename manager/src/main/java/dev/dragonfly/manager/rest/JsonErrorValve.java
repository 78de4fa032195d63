package dev.dragonfly.manager.rest;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/** What the container refuses before any of our code, in the form of all other failures. */
public final class JsonErrorValve extends ErrorReportValve {
  @Override
  protected void report(Request request, Response response, Throwable throwable) {
    int status = response.getStatus();
    if (status < HttpServletResponse.SC_BAD_REQUEST
        || response.getContentWritten() > 0
        || !response.setErrorReported()) {
      return;
    }
    HttpStatus known = HttpStatus.resolve(status);
    try {
      response.setContentType(MediaType.APPLICATION_JSON_VALUE);
      response
          .getReporter()
          .write("{\"message\":\"" + (known == null ? "Error" : known.getReasonPhrase()) + "\"}");
      response.finishResponse();
    } catch (IOException e) {
      // The caller is gone; there is nobody to tell.
      container.getLogger().debug("failure not told", e);
    }
  }
}
