package dev.dragonfly.cluster;

import dev.dragonfly.lab.LinkRate;
import java.util.List;

/**
 * A swarm on machines of their own.
 *
 * @param peerRates the links of the ordinary daemons, one each
 * @param seedRate the link of the seed
 * @param originRate the link of the origin
 * @param plain so many ordinary daemons, the first ones, speak only upstream's protocol among peers
 */
public record LabPlan(
    List<LinkRate> peerRates, LinkRate seedRate, LinkRate originRate, int plain) {}
