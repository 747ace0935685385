"""Every number that the simulated city hides from a model: one table, frozen.

Each was set by what is plausible for a town of the middle latitudes before any model was trained on
the city, and none may follow a model's scores: a win on the city counts only against these values.
A test holds them by a hash; whoever changes one makes another city, with another name.
"""

# -- the place ------------------------------------------------------------------------------------
LONGITUDE, LATITUDE = 12.0, 51.0  # of the south-western corner, degrees; the town is fictional
TIME_ZONE = "Europe/Berlin"
START = "2021-01-01"  # midnight of the local clock
CELLS, CELL = 30, 1.2  # of the transport: a square of cells, their width in km
PLOTS = 4  # of the map of land use along a cell: each plot has one use
NEAR = 500.0  # m; what is emitted within is not yet mixed up to the mixing height

# -- land use -------------------------------------------------------------------------------------
CLASSES = ("traffic", "residential", "industrial", "green")
PATCH = 1.5  # km, how wide patches of one use are
EDGE_OF_TOWN = 13.0  # km from the middle, where fields begin to outweigh houses
INDUSTRY_SHARE, PARK_SHARE = 0.10, 0.15  # of the plots, before roads and fields
RING_ROAD, RADIAL_ROADS, ROAD_WIDTH = 8.0, 7, 0.6  # km, number, km with what lies along it

# -- emissions, ug/m2/s on a plot of the class, averaged over its cycles --------------------------
SPECIES = ("PM2.5", "NO2")
EMISSION = {  # traffic, residential per unit of heating, industrial, green
    "PM2.5": (0.80, 0.65, 0.90, 0.0),
    "NO2": (1.60, 0.25, 0.60, 0.0),
}
PEAKS = {  # local hour of each peak, its width in hours, its height over a base of 1
    "traffic on working days": ((8.0, 1.4, 5.0), (13.0, 3.5, 2.0), (17.5, 1.9, 5.5)),
    "traffic on free days": ((14.0, 4.0, 2.6),),
    "heating": ((6.5, 1.3, 1.2), (20.5, 2.4, 2.8)),
    "industry": ((9.5, 2.6, 1.4), (14.5, 2.6, 1.4)),
}
FREE_DAY_TRAFFIC = 0.62  # of a working day's sum
SATURDAY_INDUSTRY, SUNDAY_INDUSTRY = 0.6, 0.35
HEATING_LIMIT, HEATING_SPAN = 15.0, 12.0  # degC below which houses are heated; K to one unit
COOKING = 0.06  # units of heating, all year
HOLIDAYS = (("12-24", "12-31"), ("01-01", "01-02"), ("08-01", "08-21"))  # traffic as on free days
DAILY_SPREAD, DAILY_MEMORY = 0.15, 2.0  # of a class's log activity from day to day; days

# -- weather: memory in hours ---------------------------------------------------------------------
WIND_MEAN = (1.0, 0.4)  # m/s eastward, northward
WIND_SPREAD, WIND_MEMORY = (2.0, 0.6), (30.0, 3.0)  # m/s, of weather systems and of gusty hours
WIND_BY_DAY = 0.35  # more at the sun's height than at night
TEMPERATURE_MEAN, TEMPERATURE_YEAR, TEMPERATURE_DAY = 10.0, 9.5, 4.0  # degC, amplitudes in K
TEMPERATURE_SPREAD, TEMPERATURE_MEMORY = (3.6, 0.6), (72.0, 4.0)  # K
MOISTURE_MEMORY = 9.0
RAIN_LIMIT, RAIN_RATE = 1.3, 1.1  # of moisture in standard deviations; mm/h each beyond
CALM_HEIGHT, WIND_HEIGHT, SUN_HEIGHT, CLOUD = 90.0, 60.0, 1500.0, 0.6  # m, m per m/s, m; share
SUN_LAG = 2.0  # hours that the mixing height stays behind the sun

# -- transport ------------------------------------------------------------------------------------
SUBSTEPS = 6  # an hour
DIFFUSION = 500.0  # m2/s, horizontal
DEPOSITION = {"PM2.5": 0.002, "NO2": 0.003}  # m/s
WASH_OUT = {"PM2.5": 0.18, "NO2": 0.03}  # per hour of rain of 1 mm/h
DECAY = {"PM2.5": 0.0, "NO2": 0.15}  # per hour, by chemistry
ABOVE = 0.6  # of the background's concentration, in the air over the mixing height
NEAR_DEPTH, NEAR_GROWTH, NEAR_WIND = 15.0, 0.03, 0.5  # m, share of the mixing height, m/s when calm

# -- what the wind brings from elsewhere ----------------------------------------------------------
BACKGROUND = {"PM2.5": 8.5, "NO2": 7.0}  # ug/m3, median
BACKGROUND_SPREAD, BACKGROUND_MEMORY = (0.38, 0.30), (60.0, 5.0)  # of the logarithm; hours
BACKGROUND_EAST, BACKGROUND_WET, BACKGROUND_WINTER = 0.35, 0.15, 0.15  # of the logarithm

# -- stations and their instruments ---------------------------------------------------------------
SITES = ("residential", "traffic", "green", "industrial")  # that stations stand for, in turn
TYPES = {
    "traffic": "traffic",
    "residential": "urban",
    "industrial": "industrial",
    "green": "background",
}
SITED = 0.7  # of the land within NEAR is of the class that the station is to stand for
MARGIN = 3.0  # km from the edge of the map
RADII = (500, 1500, 3000)  # m, of the features in the station table
WRONG_TYPES, WRONG_PLOTS = 0.08, 0.10  # shares that the operator has wrong
GAIN_SPREAD, OFFSET_SPREAD = 0.05, 0.7  # of a station's bias: factor, ug/m3
NOISE, NOISE_SHARE, NOISE_MEMORY = 1.5, 0.05, 1.0  # ug/m3, of the value, hours
LOST_HOURS = 0.008  # share
OUTAGES_A_YEAR, OUTAGE = 11.0, 16.0  # of a station; hours, mean
DRIFT_DAYS, DRIFT, REPAIR_DAYS = 45, 0.8, 20  # of the failing station: a factor grows by DRIFT
WEATHER_NOISE = (0.3, 0.4)  # K, m/s
HEAT_ISLAND, SHELTER = 1.2, 0.4  # K and share of the wind lost where all land is built on
BUILT_RADIUS = 1500.0  # m, of the land that counts for that

# -- weather forecasts ----------------------------------------------------------------------------
RUN_EVERY, RUN_LEADS, RUN_LATENCY = 12, 72, 5  # hours
RUN_ERROR = (1.0, 0.7, 0.7, 0.35)  # K, m/s, m/s, moisture: at a lead of 24 hours
RUN_GROWTH = 0.6  # the error grows with lead to this power
RUN_MEMORY = 18.0  # hours, of the error along the lead
