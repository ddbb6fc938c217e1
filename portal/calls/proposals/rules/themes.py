"""The tags of a proposal: 20 thematic areas of the S3 platform and 14 industrial ecosystems.

Codes and English names as printed (domain 13, seeds 000 and 004).
"""

from portal.core.i18n import Text, _

THEMATIC_AREAS: dict[str, Text] = {
    "advanced-manufacturing": _("Advanced manufacturing"),
    "3d-printing": _("3D printing"),
    "non-food-biomass": _("Non-food biomass"),
    "sport": _("Sport"),
    "nano-enabled-products": _("Nano-enabled products"),
    "tourism-digitalisation-safety": _("Digitalisation and safety for tourism"),
    "personalised-medicine": _("Personalised medicine"),
    "social-economy": _("Social economy"),
    "mining": _("Mining industry"),
    "cyber-valleys": _("European cyber valleys"),
    "ai-human-machine": _("Artificial intelligence and human machine"),
    "chemicals": _("Chemicals"),
    "advanced-materials-batteries": _("Advanced materials on batteries"),
    "smes-industry-4-0": _("SMEs to Industry 4.0"),
    "textile-innovation": _("Textile innovation"),
    "water-smart": _("Water smart technologies"),
    "medical-technology": _("Medical technology"),
    "sustainable-manufacturing": _("Efficient and sustainable manufacturing"),
    "photonics": _("Photonics"),
    "sustainable-mobility": _("Safe and sustainable mobility"),
}

INDUSTRIAL_ECOSYSTEMS: dict[str, Text] = {
    "ecosystem-health": _("Health"),
    "ecosystem-agri-food": _("Agri-food"),
    "ecosystem-aerospace-defence": _("Aerospace & Defence"),
    "ecosystem-digital": _("Digital"),
    "ecosystem-renewable-energy": _("Energy-Renewables"),
    "ecosystem-mobility": _("Mobility-Transport-Automotive"),
    "ecosystem-construction": _("Construction"),
    "ecosystem-energy-intensive": _("Energy Intensive Industries"),
    "ecosystem-textile": _("Textile"),
    "ecosystem-electronics": _("Electronics"),
    "ecosystem-creative-cultural": _("Cultural & Creative Industries"),
    "ecosystem-tourism": _("Tourism"),
    "ecosystem-proximity-social": _("Proximity & Social Economy"),
    "ecosystem-retail": _("Retail"),
}

THEMES: dict[str, Text] = THEMATIC_AREAS | INDUSTRIAL_ECOSYSTEMS
